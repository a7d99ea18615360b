import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import type { IndexedChunk } from '../../../src/modules/datasources/chunks.types.js';
import { DatasourcesRepository } from '../../../src/modules/datasources/datasources.repository.js';
import { DocumentsRepository } from '../../../src/modules/datasources/documents.repository.js';
import { Datasource } from '../../../src/modules/datasources/entities/datasource.entity.js';
import { Document } from '../../../src/modules/datasources/entities/document.entity.js';
import { FileKnown } from '../../../src/modules/datasources/file.errors.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const SHA256 = 'ab'.repeat(32);

function buildFile(workspaceId: string, sha256 = SHA256): Datasource {
  const key = `${workspaceId}/${sha256}-${newId()}`;
  const file = { key, name: 'a.pdf', mediaType: 'application/pdf', bytes: 1, sha256 };
  return new Datasource(workspaceId, { type: 'file', name: 'A', file });
}

function buildChunk(fields: Partial<IndexedChunk>): IndexedChunk {
  return {
    ...{ id: newId(), position: 0, headingPath: [], text: 'words', startOffset: 0, endOffset: 5 },
    ...{ location: null, contentHash: newId(), language: 'en', lexemes: "'words':1", lexemeCount: 1 },
    ...{ kept: false, embeddingText: 'words' },
    ...fields,
  };
}

describeOnEachDatabase('texts and files in the database', (target) => {
  let db: TestDatabase;
  let datasources: DatasourcesRepository;
  let documents: DocumentsRepository;
  let workspaceId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target, entities: [Datasource, Document] });
    datasources = new DatasourcesRepository(db.em, db.sql);
    documents = new DocumentsRepository(db.em, db.sql);
  });

  beforeEach(async () => {
    await db.truncate();
    workspaceId = await addWorkspace();
  });

  afterAll(() => db.close());

  async function addWorkspace(): Promise<string> {
    const id = newId();
    await db.sql.acrossWorkspaces('a fixture', `insert into workspaces values (?, 'W', now())`, [id]);
    return id;
  }

  const here = <T>(work: () => Promise<T>): Promise<T> =>
    db.tenancy.run(workspaceId, () => db.unitOfWork.run(work));

  it('take a file once in a workspace, and say which source has it', async () => {
    const first = buildFile(workspaceId);
    await here(() => datasources.add(first));

    await expect(here(() => datasources.add(buildFile(workspaceId)))).rejects.toThrow(FileKnown);

    expect(await here(() => datasources.idOfFile(workspaceId, SHA256))).toBe(first.id);
    expect(await here(() => datasources.idOfFile(workspaceId, 'cd'.repeat(32)))).toBeNull();
  });

  it('take the same file in another workspace, of which this one knows nothing', async () => {
    const other = await addWorkspace();
    const file = buildFile(other);

    await db.tenancy.run(other, () => db.unitOfWork.run(() => datasources.add(file)));

    expect(await here(() => datasources.idOfFile(workspaceId, SHA256))).toBeNull();
    const keys = [file.file?.key ?? '', 'no/key'];
    expect(await db.tenancy.runUnbound(() => datasources.knownFileKeys(keys))).toEqual([file.file?.key]);
  });

  it('refuse a text without content and a file without a file', async () => {
    await expect(
      here(() => datasources.add(new Datasource(workspaceId, { type: 'text', name: 'A' }))),
    ).rejects.toThrow(/datasources_content_given/);
    await expect(
      here(() => datasources.add(new Datasource(workspaceId, { type: 'file', name: 'A' }))),
    ).rejects.toThrow(/datasources_file_given/);
  });

  it('have one document without an address, whose passages keep their place when they move', async () => {
    const source = buildFile(workspaceId);
    const fields = { workspaceId, datasourceId: source.id, url: null, fetchedAt: new Date() };
    const document = new Document(fields);
    const chunk = buildChunk({ location: { unit: 'page', from: 1, to: 1 } });
    await here(async () => {
      await datasources.add(source);
      documents.save(document);
      await documents.flush();
      await documents.replaceChunks(document, [chunk]);
    });

    const location = { unit: 'row', from: 2, to: 9, sheet: 'Prices' } as const;
    await here(() => documents.replaceChunks(document, [{ ...chunk, kept: true, location }]));

    const found = await here(() => documents.findByUrl(source.id, null));
    const { data } = await here(() => documents.listChunks(workspaceId, document.id, { limit: 5 }));
    expect(found?.id).toBe(document.id);
    expect(data.map((one) => one.location)).toEqual([location]);
    await expect(
      here(async () => {
        documents.save(new Document(fields));
        await documents.flush();
      }),
    ).rejects.toThrow(/documents_url_unique/);
  });
});
