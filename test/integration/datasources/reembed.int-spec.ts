import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import type { JobContext, JobQueue } from '#common/jobs';
import { Operations } from '#common/telemetry';
import { Ledger, type RerankModels } from '#modules/providers';
import { EmbeddingSpaces } from '../../../src/modules/datasources/embedding-spaces.service.js';
import { EmbeddingsRepository } from '../../../src/modules/datasources/embeddings.repository.js';
import type { PassageFilters } from '../../../src/modules/datasources/retrieval/passage-filters.service.js';
import { RerankPassages } from '../../../src/modules/datasources/retrieval/rerank-passages.js';
import { RetrievalRepository } from '../../../src/modules/datasources/retrieval/retrieval.repository.js';
import { RetrievalService } from '../../../src/modules/datasources/retrieval.service.js';
import { ReembedWorkspace } from '../../../src/modules/datasources/use-cases/reembed-workspace.js';
import { FakeEmbeddingModel } from '../../fakes/fake.embedding-model.js';
import { embeddingModelsOf } from '../../support/embedding-models.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const TEXTS = ['the warranty lasts two years', 'goods are sent back within a month', 'the shop opens at ten'];

describeOnEachDatabase('changing the embedding model', (target) => {
  const old = new FakeEmbeddingModel('fake/old@1', 16);
  const fresh = new FakeEmbeddingModel('fake/new@2', 32);
  const models = embeddingModelsOf({ old, fresh }, 'fresh');
  const started: string[] = [];
  const jobs = {
    add: (_: unknown, { model }: { model: string }) => {
      started.push(model);
      return Promise.resolve({ id: newId(), state: 'queued' });
    },
  };
  let db: TestDatabase;
  let embeddings: EmbeddingsRepository;
  let spaces: EmbeddingSpaces;
  let reembed: ReembedWorkspace;
  let workspaceId: string;
  let botId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    embeddings = new EmbeddingsRepository(db.sql);
    spaces = new EmbeddingSpaces(embeddings, models, jobs as unknown as JobQueue, db.unitOfWork);
    reembed = new ReembedWorkspace(embeddings, spaces, models, new Ledger(db.sql));
  });

  beforeEach(async () => {
    await db.truncate();
    workspaceId = newId();
    botId = newId();
    started.length = 0;
    await seed();
  });

  afterAll(() => db.close());

  async function seed(): Promise<void> {
    const [datasourceId, documentId] = [newId(), newId()];
    const run = (sql: string, params: unknown[]): Promise<unknown> =>
      db.sql.acrossWorkspaces('a fixture', sql, params);
    await run(`insert into workspaces values (?, 'W', now())`, [workspaceId]);
    await run(
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'b-' || gen_random_uuid(), 'B', '{}', '{}', now(), now())`,
      [botId, workspaceId],
    );
    await run(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       values (?, ?, 'url', 'S', 'http://x/', now(), now())`,
      [datasourceId, workspaceId],
    );
    await run(
      `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at) values (?, ?, ?, now())`,
      [workspaceId, botId, datasourceId],
    );
    await run(
      `insert into documents (id, workspace_id, datasource_id, url, title, markdown, content_hash, bytes, chunk_count,
         fetched_at, created_at, updated_at) values (?, ?, ?, 'http://x/', 'Help', '', '', 0, ?, now(), now(), now())`,
      [documentId, workspaceId, datasourceId, TEXTS.length],
    );
    const ids = TEXTS.map(() => newId());
    for (const [position, text] of TEXTS.entries()) {
      await run(
        `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
           content_hash, language, lexemes, lexeme_count, created_at)
         values (?, ?, ?, ?, ?, ?, 0, 0, '', 'en', ''::tsvector, 0, now())`,
        [ids[position], workspaceId, datasourceId, documentId, position, text],
      );
    }
    await embeddings.begin(workspaceId, old.id);
    const vectors = await old.embed(TEXTS);
    await embeddings.save(
      workspaceId,
      old.id,
      vectors.map((vector, index) => ({ chunkId: ids[index] ?? '', vector })),
    );
  }

  const job = (signal = new AbortController().signal): JobContext => ({
    job: { id: newId(), workspaceId, attempt: 1, maxAttempts: 1 },
    signal,
    isLastAttempt: true,
    progress: () => undefined,
    moves: () => undefined,
    throwIfCancelled: () => {
      signal.throwIfAborted();
    },
  });
  const servingId = async (): Promise<string | undefined> =>
    (await embeddings.space(workspaceId)).serving?.id;
  const vectorsOf = async (model: string): Promise<number> =>
    TEXTS.length - (await embeddings.countWithout(workspaceId, model));

  /** No search here has a filter. */
  const unfiltered = {
    narrow: () => Promise.reject(new Error('nothing to narrow')),
  } as unknown as PassageFilters;

  it('finds the workspaces that another model serves', async () => {
    expect(await embeddings.workspacesServedByOthers(fresh.id)).toEqual([workspaceId]);
    expect(await embeddings.workspacesServedByOthers(old.id)).toEqual([]);
  });

  it('embeds every passage anew, lets the new model serve and drops the old vectors', async () => {
    const result = await reembed.execute(fresh.id, job());

    expect(result).toEqual({ embedded: TEXTS.length });
    expect(await servingId()).toBe(fresh.id);
    expect([await vectorsOf(fresh.id), await vectorsOf(old.id)]).toEqual([TEXTS.length, 0]);
  });

  it('lets the old vectors serve until the last new one is there', async () => {
    const retrieval = new RetrievalService(
      new RetrievalRepository(db.sql),
      unfiltered,
      spaces,
      models,
      new RerankPassages({} as RerankModels),
      Operations.unobserved(),
    );
    const cancelled = AbortSignal.abort(new Error('stopped'));
    const asked = old.embedded.length;

    await expect(reembed.execute(fresh.id, job(cancelled))).rejects.toThrow('stopped');
    const { hits } = await retrieval.search({ workspaceId, botId, query: 'warranty lasts how long' });

    expect(old.embedded.slice(asked)).toEqual(['warranty lasts how long']);
    expect(hits[0]?.text).toBe(TEXTS[0]);
    expect(await servingId()).toBe(old.id);
  });

  it('goes on where it was stopped', async () => {
    const [first] = await embeddings.findWithout(workspaceId, fresh.id, 1);
    const [vector] = await fresh.embed([first?.text ?? '']);
    if (first && vector) await embeddings.save(workspaceId, fresh.id, [{ chunkId: first.id, vector }]);

    expect(await reembed.execute(fresh.id, job())).toEqual({ embedded: TEXTS.length - 1 });
  });

  it('does nothing when the setting has changed again meanwhile', async () => {
    expect(await reembed.execute('fake/other@9', job())).toEqual({ embedded: 0 });
    expect(await servingId()).toBe(old.id);
  });

  it('lets no model serve while a passage that came meanwhile has no vector of it', async () => {
    await reembed.execute(fresh.id, job());
    await db.sql.acrossWorkspaces(
      'a fixture',
      'delete from chunk_embeddings where chunk_id = (select chunk_id from chunk_embeddings limit 1)',
    );

    expect(await spaces.serve(workspaceId, fresh.id)).toBe(false);
  });

  it('makes the vectors of passages that were embedded by a model which is the current one no more', async () => {
    await spaces.completeVectors(workspaceId, [fresh.id]);
    expect(started).toEqual([]);

    await spaces.completeVectors(workspaceId, [old.id]);

    expect(started).toEqual([fresh.id]);
  });

  it('embeds as the workspace has chosen, and goes on as the installation does once that is taken back', async () => {
    await reembed.execute(fresh.id, job());
    await spaces.change(workspaceId, { ...models.usual(), id: old.id });
    expect(await embeddings.workspacesServedByOthers('fake/third@1')).toEqual([]);

    await reembed.execute(old.id, job());
    const served = await servingId();
    await spaces.change(workspaceId, null);
    await reembed.execute(fresh.id, job());

    expect([served, await servingId()]).toEqual([old.id, fresh.id]);
    expect(started).toEqual([old.id, fresh.id]);
  });

  it('keeps no vectors of a model that has been given up meanwhile', async () => {
    const [chunk] = await embeddings.findWithout(workspaceId, fresh.id, 1);
    const rows = [{ chunkId: chunk?.id ?? '', vector: new Float32Array(8).fill(0.5) }];

    await spaces.keep(workspaceId, 'fake/given-up@1', rows);

    expect(await spaces.completeVectors(workspaceId, ['fake/given-up@1', fresh.id])).toEqual([fresh.id]);
    expect(await vectorsOf('fake/given-up@1')).toBe(0);
  });
});
