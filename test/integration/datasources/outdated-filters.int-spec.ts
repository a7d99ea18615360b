import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { Operations } from '#common/telemetry';
import type { RerankModels } from '#modules/providers';
import { FilterOutdated } from '../../../src/modules/datasources/datasources.errors.js';
import { EmbeddingSpaces } from '../../../src/modules/datasources/embedding-spaces.service.js';
import { EmbeddingsRepository } from '../../../src/modules/datasources/embeddings.repository.js';
import type { JobQueue } from '#common/jobs';
import type { Narrowing } from '../../../src/modules/datasources/retrieval/narrowing.js';
import type { PassageFilters } from '../../../src/modules/datasources/retrieval/passage-filters.service.js';
import { RerankPassages } from '../../../src/modules/datasources/retrieval/rerank-passages.js';
import { RetrievalRepository } from '../../../src/modules/datasources/retrieval/retrieval.repository.js';
import { RetrievalService } from '../../../src/modules/datasources/retrieval.service.js';
import { FakeEmbeddingModel } from '../../fakes/fake.embedding-model.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';
import { embeddingModelsOf } from '../../support/embedding-models.js';

const ALL = { sql: 'true', params: [] };
/** As they are when a field, or a table, goes between making the filter and reading by it. */
const WITHOUT_COLUMN = { sql: 'c.record_id in (select r.gone from hosted_tables r)', params: [] };
const WITHOUT_TABLE = { sql: 'c.record_id in (select r.id from hosted.t_gone r)', params: [] };

describeOnEachDatabase('a filter of records whose table changes', (target) => {
  const models = embeddingModelsOf({ fake: new FakeEmbeddingModel('fake/words@1', 16) }, 'fake');
  let db: TestDatabase;
  let workspaceId: string;
  let botId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    [workspaceId, botId] = [newId(), newId()];
    const [source, document] = [newId(), newId()];
    const run = (sql: string, params: unknown[]): Promise<unknown> =>
      db.sql.acrossWorkspaces('a fixture', sql, params);
    await run(`insert into workspaces values (?, 'W', now())`, [workspaceId]);
    await run(
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'b', 'B', '{}', '{}', now(), now())`,
      [botId, workspaceId],
    );
    await run(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       values (?, ?, 'url', 'S', 'http://x/', now(), now())`,
      [source, workspaceId],
    );
    await run(
      'insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at) values (?, ?, ?, now())',
      [workspaceId, botId, source],
    );
    await run(
      `insert into documents (id, workspace_id, datasource_id, url, title, markdown, content_hash, bytes, chunk_count,
         lexeme_count, fetched_at, created_at, updated_at)
       values (?, ?, ?, 'http://x/', 'Help', '', '', 0, 1, 1, now(), now(), now())`,
      [document, workspaceId, source],
    );
    await run(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       values (?, ?, ?, ?, 0, 'Refunds', 0, 0, '', 'en', '''refund'':1', 1, now())`,
      [newId(), workspaceId, source, document],
    );
  });

  afterAll(() => db.close());

  function searching(passages: readonly (typeof ALL)[]): { made: () => number; found: Promise<string[]> } {
    let made = 0;
    const filters = {
      narrow: (): Promise<Narrowing> =>
        Promise.resolve({ documents: ALL, passages: passages[made++] ?? passages.at(-1) ?? ALL }),
    } as unknown as PassageFilters;
    const spaces = new EmbeddingSpaces(
      new EmbeddingsRepository(db.sql),
      models,
      {} as JobQueue,
      db.unitOfWork,
    );
    const service = new RetrievalService(
      new RetrievalRepository(db.sql),
      filters,
      spaces,
      models,
      new RerankPassages({} as RerankModels),
      Operations.unobserved(),
    );
    const found = service
      .search({ workspaceId, botId, query: 'refunds', askedFilter: { record: {} } })
      .then(({ hits }) => hits.map(({ text }) => text));
    return { made: () => made, found };
  }

  it.each([
    ['field', WITHOUT_COLUMN],
    ['table', WITHOUT_TABLE],
  ])('is made anew when a %s has gone', async (_, gone) => {
    const { made, found } = searching([gone, ALL]);

    expect(await found).toEqual(['Refunds']);
    expect(made()).toBe(2);
  });

  it('is a conflict when it happens again', async () => {
    await expect(searching([WITHOUT_COLUMN]).found).rejects.toBeInstanceOf(FilterOutdated);
  });
});
