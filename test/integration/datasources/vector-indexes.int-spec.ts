import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import type { JobContext } from '#common/jobs';
import { DatabaseConfig } from '#config';
import { narrowingOf } from '../../../src/modules/datasources/retrieval/narrowing.js';
import {
  INDEX_SETTINGS,
  indexedNearestStatement,
} from '../../../src/modules/datasources/retrieval/retrieval-statements.js';
import { RetrievalRepository } from '../../../src/modules/datasources/retrieval/retrieval.repository.js';
import { USUAL_SEARCH_LIMITS } from '../../../src/modules/datasources/retrieval/search-limits.js';
import { KeepVectorIndex } from '../../../src/modules/datasources/use-cases/keep-vector-index.js';
import { vectorIndexName } from '../../../src/modules/datasources/vector-indexes/vector-index.js';
import { VectorIndexesRepository } from '../../../src/modules/datasources/vector-indexes/vector-indexes.repository.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { describeOnPostgres } from '../../support/database-targets.js';

/** One with a quote and a placeholder in its name, as a provider may have. */
const MODEL = `own/it's a model?@1`;
const PASSAGES = 1_200;
const DIMENSIONS = 16;
const ALWAYS_INDEXED = {
  ...USUAL_SEARCH_LIMITS,
  comparedOneByOne: 0,
  rankedInFull: Infinity,
  rankedByChoice: Infinity,
};

describeOnPostgres('the index of a large workspace', (target) => {
  let db: TestDatabase;
  let indexes: VectorIndexesRepository;
  let workspaceId: string;
  let botId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    indexes = new VectorIndexesRepository(db.sql);
  });

  beforeEach(async () => {
    await db.truncate();
    await indexes.dropOrphans();
    [workspaceId, botId] = [newId(), newId()];
    await seed();
  });

  afterAll(() => db.close());

  it('is made by the job once there are many passages, and then found to be settled', async () => {
    expect(await indexes.unsettled(1_000, 500)).toEqual([{ workspaceId, model: MODEL }]);

    expect(await keep({ from: 1_000, downTo: 500 })).toEqual({ outcome: 'built', vectors: PASSAGES });

    expect(await physical()).toEqual([
      { name: vectorIndexName({ workspaceId, model: MODEL }), isValid: true },
    ]);
    expect(await indexes.unsettled(1_000, 500)).toEqual([]);
  });

  it('is not made for few passages, nor for a model that does not serve', async () => {
    expect(await indexes.unsettled(PASSAGES, 500)).toEqual([]);
    expect(await keep({ from: PASSAGES, downTo: 500 })).toMatchObject({ outcome: 'not_needed' });
    await run(`update embedding_spaces set serving_model = 'other@1'`);
    expect(await keep({ from: 1_000, downTo: 500 })).toMatchObject({ outcome: 'not_needed' });
    expect(await physical()).toEqual([]);
  });

  it('is what a search reads', async () => {
    await keep({ from: 1_000, downTo: 500 });
    const { sql, params } = indexedNearestStatement(
      { workspaceId, botId },
      { model: MODEL, vector: vectorOf(3) },
      DIMENSIONS,
    );

    const plan = await db.sql.inWorkspaceWith<Record<string, string>>(
      INDEX_SETTINGS,
      workspaceId,
      `explain ${sql}`,
      params,
    );

    expect(JSON.stringify(plan)).toContain(
      `Index Scan using ${vectorIndexName({ workspaceId, model: MODEL })} on chunk_embeddings`,
    );
  });

  it('finds what looking at all vectors finds, with filters and with weights', async () => {
    const exact = new RetrievalRepository(db.sql);
    const indexed = new RetrievalRepository(db.sql, ALWAYS_INDEXED);
    const searches = [
      {},
      { narrowing: narrowingOf({ languages: ['de'] }, null) },
      { narrowing: narrowingOf({ titleContains: 'page 7' }, null) },
    ];
    const ask = (repository: RetrievalRepository, number: number, more: object): Promise<string[]> =>
      repository
        .search({
          ...{ workspaceId, botId, query: '', queryVector: vectorOf(number), embeddingModelId: MODEL },
          ...{ topK: 10, minScore: 0, ...more },
        })
        .then(({ hits }) => hits.map(({ chunkId }) => chunkId));
    const wanted = await Promise.all(searches.map((more) => ask(exact, 11, more)));
    await keep({ from: 1_000, downTo: 500 });

    const found = await Promise.all(searches.map((more) => ask(indexed, 11, more)));

    expect(wanted.map((ids) => ids.length)).toEqual([10, 10, 10]);
    expect(found).toEqual(wanted);
    await run(
      'update bot_datasources set weight = 0.5 where datasource_id = (select min(id::text)::uuid from datasources)',
    );
    const weighted = await ask(indexed, 11, {});
    await indexes.drop({ workspaceId, model: MODEL });
    expect(weighted).toEqual(await ask(exact, 11, {}));
  });

  it('looks at all vectors where hardly any passage fits a filter', async () => {
    await keep({ from: 1_000, downTo: 500 });
    const { hits } = await new RetrievalRepository(db.sql, ALWAYS_INDEXED).search({
      ...{ workspaceId, botId, query: '', queryVector: vectorOf(5), embeddingModelId: MODEL },
      ...{ topK: 10, minScore: 0, narrowing: narrowingOf({ titleContains: 'page 1199' }, null) },
    });

    expect(hits.map(({ title }) => title)).toEqual(['page 1199']);
  });

  it('is made anew where a build was killed', async () => {
    const name = vectorIndexName({ workspaceId, model: MODEL });
    // As after a kill, what is left is an index that was begun and is not valid: this one fails at its last step.
    await expect(
      db.sql.onOneConnection('a fixture', (statement) =>
        statement(`create unique index concurrently ${name} on chunk_embeddings (model)`),
      ),
    ).rejects.toThrow('could not create unique index');
    expect(await physical()).toEqual([{ name, isValid: false }]);

    expect(await keep({ from: 1_000, downTo: 500 })).toMatchObject({ outcome: 'built' });

    expect(await physical()).toEqual([{ name, isValid: true }]);
  });

  it('is made anew where it was built otherwise', async () => {
    const name = vectorIndexName({ workspaceId, model: MODEL });
    await keep({ from: 1_000, downTo: 500 });
    await run(`alter index ${name} set (ef_construction = 64)`);
    expect(await indexes.unsettled(1_000, 500)).toEqual([{ workspaceId, model: MODEL }]);

    expect(await keep({ from: 1_000, downTo: 500 })).toMatchObject({ outcome: 'built' });

    expect(await indexes.unsettled(1_000, 500)).toEqual([]);
    expect(await physical()).toEqual([{ name, isValid: true }]);
  });

  it('can be stopped while it is built', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));

    await expect(keep({ from: 1_000, downTo: 500 }, stop.signal)).rejects.toThrow('stopped');

    expect(await indexes.has({ workspaceId, model: MODEL })).toBe(true);
    expect(await keep({ from: 1_000, downTo: 500 })).toMatchObject({ outcome: 'built' });
  });

  it('stays until far fewer passages are left, and is dropped then', async () => {
    await keep({ from: 1_000, downTo: 500 });

    expect(await keep({ from: 2_000, downTo: 1_000 })).toMatchObject({ outcome: 'built' });
    expect(await keep({ from: 4_000, downTo: 2_000 })).toMatchObject({ outcome: 'dropped' });

    expect(await physical()).toEqual([]);
    expect(await indexes.has({ workspaceId, model: MODEL })).toBe(false);
  });

  it('goes with its workspace, and when another model serves', async () => {
    await keep({ from: 1_000, downTo: 500 });
    await run(`update embedding_spaces set serving_model = 'other@1'`);
    expect(await indexes.unsettled(1_000, 500)).toEqual([{ workspaceId, model: MODEL }]);
    await run('delete from bots');
    await run('delete from workspaces');

    expect(await indexes.dropOrphans()).toEqual([vectorIndexName({ workspaceId, model: MODEL })]);

    expect(await physical()).toEqual([]);
  });

  function keep(
    limits: { from: number; downTo: number },
    signal = new AbortController().signal,
  ): Promise<object> {
    return new KeepVectorIndex(indexes, new DatabaseConfig(), limits).execute(MODEL, {
      job: { id: newId(), workspaceId, attempt: 1, maxAttempts: 1 },
      signal,
      isLastAttempt: true,
      progress: () => undefined,
      moves: () => undefined,
      throwIfCancelled: () => undefined,
    } satisfies JobContext);
  }

  function physical(): Promise<{ name: string; isValid: boolean }[]> {
    return db.sql.acrossWorkspaces(
      'a look at a test database',
      `select c.relname as name, i.indisvalid as "isValid" from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = 'chunk_embeddings'::regclass and c.relname like 'chunk_embeddings_near%'`,
    );
  }

  /** Two sources, with documents of one passage each, every third one in German. */
  async function seed(): Promise<void> {
    const sources = [newId(), newId()];
    await run(`insert into workspaces values (?, 'W', now())`, workspaceId);
    await run(
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'b-' || gen_random_uuid(), 'B', '{}', '{}', now(), now())`,
      botId,
      workspaceId,
    );
    for (const source of sources) {
      await run(
        `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
         values (?, ?, 'url', 'S', 'http://x/', now(), now())`,
        source,
        workspaceId,
      );
      await run(
        `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at) values (?, ?, ?, now())`,
        workspaceId,
        botId,
        source,
      );
    }
    await run(
      'insert into embedding_spaces (workspace_id, serving_model, updated_at) values (?, ?, now())',
      workspaceId,
      MODEL,
    );
    const rows = Array.from({ length: PASSAGES }, (_, number) => ({
      ...{ number, id: newId(), document: newId(), source: sources[number % 2] },
      language: number % 3 === 0 ? 'de' : 'en',
      vector: `[${vectorOf(number).join(',')}]`,
    }));
    const from = `from jsonb_to_recordset(?::jsonb) as r(id uuid, document uuid, source uuid, number int, language text, vector text)`;
    await run(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         chunk_count, fetched_at, created_at, updated_at)
       select document, ?, source, 'http://x/' || number, 'page ' || number, language, '', '', 0, 1, now(), now(), now() ${from}`,
      workspaceId,
      JSON.stringify(rows),
    );
    await run(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       select id, ?, source, document, 0, 'Text ' || number, 0, 0, '', language, '', 1, now() ${from}`,
      workspaceId,
      JSON.stringify(rows),
    );
    await run(
      `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
       select id, ?, source, ?, vector::vector ${from}`,
      workspaceId,
      MODEL,
      JSON.stringify(rows),
    );
  }

  function run(sql: string, ...params: readonly unknown[]): Promise<unknown> {
    return db.sql.acrossWorkspaces('a fixture', sql, params);
  }
});

/** Points on a curve, so that each has its own neighbours. */
function vectorOf(number: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, (_, index) =>
    Math.sin(number * 0.7 + index * index * 1.3 + (number * index) / 97),
  );
}
