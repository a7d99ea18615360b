import { MikroORM } from '@mikro-orm/core';
import { newId, serverOptions, Sql } from '../src/common/database/index.js';
import { narrowingOf } from '../src/modules/datasources/retrieval/narrowing.js';
import { nearestOf, type NearPassage } from '../src/modules/datasources/retrieval/nearest.js';
import {
  INDEX_SETTINGS,
  indexedNearestStatement,
  type Scope,
} from '../src/modules/datasources/retrieval/retrieval-statements.js';
import { RetrievalRepository } from '../src/modules/datasources/retrieval/retrieval.repository.js';
import { USUAL_SEARCH_LIMITS } from '../src/modules/datasources/retrieval/search-limits.js';
import { VectorIndexesRepository } from '../src/modules/datasources/vector-indexes/vector-indexes.repository.js';
import { Installation } from './support/installation.js';
import { ManyPassages, type SyntheticQuestion } from './support/many-passages.js';

const MODEL = 'bench/synthetic@1';
const TOP_K = 10;
const NEAREST = 12;
/** The bots that use all sources, and a fifth of them. */
const [ALL, SOME] = ['everything', 'a fifth'] as const;
const INDEX_MEMORY_MB = 1_024;
const EVERYTHING = {
  ...USUAL_SEARCH_LIMITS,
  comparedOneByOne: Infinity,
  rankedInFull: Infinity,
  rankedByChoice: Infinity,
};

/**
 * What a search finds, with and without the index, and how long both take.
 *
 * @param database whether it is to stay, and the name of one that stayed, with as many passages.
 */
export async function measureManyPassages(
  count: number,
  { keeps, kept }: { readonly keeps: boolean; readonly kept?: string | undefined },
): Promise<void> {
  const installation = await Installation.open({}, kept);
  const orm = await MikroORM.init({
    ...serverOptions({ url: installation.databaseUrl, poolSize: 4, prepareStatements: true }),
    logger: () => undefined,
  });
  const keepsDatabase = keeps || kept !== undefined;
  try {
    const sql = new Sql(orm.em.fork());
    const passages = new ManyPassages(count, MODEL);
    if (kept === undefined) await fill(installation, passages);
    const { all, some } = await scopesOf(sql);
    await buildIndex(sql, all.workspaceId, passages.dimensions);
    const questions = passages.questions(count > 50_000 ? 30 : 100);
    const inGerman = { ...all, narrowing: narrowingOf({ languages: ['de'] }, null) };
    console.log(`${count} passages, ${questions.length} questions`);
    await compare('all passages', sql, all, passages.dimensions, questions);
    await compare('a bot with a fifth of the sources', sql, some, passages.dimensions, questions);
    await compare('only documents in one of five languages', sql, inGerman, passages.dimensions, questions);
    if (keepsDatabase) console.log(`kept: ${installation.name}`);
  } finally {
    await orm.close(true);
    await installation.close({ keepsDatabase });
  }
}

async function fill(installation: Installation, passages: ManyPassages): Promise<void> {
  const begun = performance.now();
  const workspaceId = newId();
  await installation.withDatabase(async (client) => {
    await client.query(`insert into workspaces (id, name, created_at) values ($1, 'bench', now())`, [
      workspaceId,
    ]);
    await client.query(
      'insert into embedding_spaces (workspace_id, serving_model, updated_at) values ($1, $2, now())',
      [workspaceId, MODEL],
    );
    const sources = await passages.write(client, workspaceId);
    for (const [name, own] of [
      [ALL, sources],
      [SOME, sources.slice(0, Math.ceil(sources.length / 5))],
    ] as const) {
      const botId = newId();
      await client.query(
        `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
         values ($1, $2, 'bench-' || gen_random_uuid(), $3, '{}', '{}', now(), now())`,
        [botId, workspaceId, name],
      );
      await client.query(
        `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at)
         select $1, $2, value::uuid, now() from jsonb_array_elements_text($3)`,
        [workspaceId, botId, JSON.stringify(own)],
      );
    }
    await client.query('analyze');
  });
  console.log(`written in ${secondsSince(begun)} s`);
}

/** The bots that the database was filled with. */
async function scopesOf(sql: Sql): Promise<{ all: Scope; some: Scope }> {
  const bots = await sql.acrossWorkspaces<Scope & { name: string }>(
    'whatever workspace the bench has made',
    'select id as "botId", workspace_id as "workspaceId", name from bots',
  );
  const scopeOf = (wanted: string): Scope => {
    const bot = bots.find(({ name }) => name === wanted);
    if (!bot) throw new Error(`There is no bot ${wanted} in this database.`);
    return { workspaceId: bot.workspaceId, botId: bot.botId };
  };
  return { all: scopeOf(ALL), some: scopeOf(SOME) };
}

async function buildIndex(sql: Sql, workspaceId: string, dimensions: number): Promise<void> {
  const begun = performance.now();
  await new VectorIndexesRepository(sql).build(
    { workspaceId, model: MODEL },
    {
      ...{ dimensions, memoryMb: INDEX_MEMORY_MB, isParallel: true },
      ...{ onProgress: () => undefined, signal: new AbortController().signal },
    },
  );
  console.log(`index built in ${secondsSince(begun)} s`);
}

async function compare(
  name: string,
  sql: Sql,
  scope: Scope,
  dimensions: number,
  questions: readonly SyntheticQuestion[],
): Promise<void> {
  const usual = new RetrievalRepository(sql);
  const exact = new RetrievalRepository(sql, EVERYTHING);
  const ways = {
    exact: (question: SyntheticQuestion) => search(exact, scope, question),
    usual: (question: SyntheticQuestion) => search(usual, scope, question),
    exactlyNearest: (question: SyntheticQuestion) => exactlyNearest(sql, scope, question),
    indexedNearest: (question: SyntheticQuestion) => indexedNearest(sql, scope, question, dimensions),
  };
  const [hits, exactTimes] = await answersOf(ways.exact, questions);
  const [found, times] = await answersOf(ways.usual, questions);
  const [near] = await answersOf(ways.exactlyNearest, questions);
  const [indexed, indexTimes] = await answersOf(ways.indexedNearest, questions);
  console.log(`${name}
  recall@${NEAREST} of the nearest ${sharedOf(near, indexed)}, recall@${TOP_K} of the search ${sharedOf(hits, found)}
  nearest by index ${timesOf(indexTimes)}, search ${timesOf(times)}, without index and sample ${timesOf(exactTimes)}`);
}

async function search(
  repository: RetrievalRepository,
  scope: Scope,
  { text, vector }: SyntheticQuestion,
): Promise<string[]> {
  const { hits } = await repository.search({
    ...scope,
    ...{
      query: text,
      queryVector: vector,
      embeddingModelId: MODEL,
      topK: TOP_K,
      minScore: 0,
      keepDuplicates: true,
    },
  });
  return hits.map(({ chunkId }) => chunkId);
}

async function indexedNearest(
  sql: Sql,
  scope: Scope,
  { vector }: SyntheticQuestion,
  dimensions: number,
): Promise<string[]> {
  const { sql: text, params } = indexedNearestStatement(scope, { model: MODEL, vector }, dimensions);
  const near = await sql.inWorkspaceWith<NearPassage>(INDEX_SETTINGS, scope.workspaceId, text, params);
  return nearestOf(near, new Map(), NEAREST);
}

async function exactlyNearest(sql: Sql, scope: Scope, { vector }: SyntheticQuestion): Promise<string[]> {
  const { workspaceId, botId, narrowing } = scope;
  const near = await sql.inWorkspace<{ id: string }>(
    workspaceId,
    `select e.chunk_id as id from chunk_embeddings e
     join bot_datasources b on b.workspace_id = e.workspace_id and b.datasource_id = e.datasource_id and b.bot_id = ?
     join chunks c on c.id = e.chunk_id join documents d on d.id = c.document_id
     join datasources s on s.id = d.datasource_id
     where e.workspace_id = ? and e.model = ? and ${narrowing?.documents.sql ?? 'true'}
     order by e.embedding <=> ?::vector, 1 limit ${NEAREST}`,
    [botId, workspaceId, MODEL, ...(narrowing?.documents.params ?? []), `[${vector.join(',')}]`],
  );
  return near.map(({ id }) => id);
}

type Answers = readonly (readonly string[])[];

async function answersOf(
  answer: (question: SyntheticQuestion) => Promise<string[]>,
  questions: readonly SyntheticQuestion[],
): Promise<[Answers, number[]]> {
  const [answers, times]: [string[][], number[]] = [[], []];
  for (const question of questions) {
    const begun = performance.now();
    answers.push(await answer(question));
    times.push(performance.now() - begun);
  }
  return [answers, times.sort((a, b) => a - b)];
}

/** What part of the answers that are right is among those that were given. */
function sharedOf(right: Answers, given: Answers): string {
  const found = right.flatMap((ids, index) => ids.filter((id) => given[index]?.includes(id)));
  return (found.length / Math.max(1, right.flat().length)).toFixed(4);
}

function timesOf(times: readonly number[]): string {
  const percentile = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  return `p50 ${percentile(0.5)} ms p95 ${percentile(0.95)} ms`;
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1_000).toFixed(0);
}
