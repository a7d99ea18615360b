import { NOT_PREPARED, type Statement, VectorParameter } from '#common/database';
import type { Narrowing } from './narrowing.js';
import { LEAST_SAMPLED_ONE_OF, type WordChoice } from './word-choice.js';

/** Whose passages may be found. */
export interface Scope {
  readonly workspaceId: string;
  readonly botId: string;
  /** Which of them. */
  readonly narrowing?: Narrowing | null;
  /** By the ids of sources, where their scores count more or less than those of others. */
  readonly weights?: ReadonlyMap<string, number>;
}

/** A question as a vector, and the model whose vectors it may be compared with. */
export interface VectorQuery {
  readonly model: string;
  readonly vector: Float32Array;
}

/** What is looked for. */
export interface SearchQuery {
  /** May be none where there is a question. */
  readonly terms: readonly string[];
  /** Over how many passages, and of what mean length, rarity is measured. */
  readonly corpus: { readonly passages: number; readonly meanTerms: number };
  /** How many passages are asked for in the end. */
  readonly topK: number;
  readonly question?: VectorQuery | undefined;
  /** Which passages are ranked by their words; all that hold one when not given. */
  readonly choice?: WordChoice | null;
  /** The ids of those that are nearest in meaning, where they are known; looked for among all when not given. */
  readonly nearest?: readonly string[] | null;
}

/** How many passages go on to the exact comparison by their meaning; more of them find no more. */
export const MEANING_CANDIDATES = 12;
const LEAST_WORD_CANDIDATES = 24;
/** The same by their words, where so many are asked for. */
export const wordCandidates = (topK: number): number => Math.max(LEAST_WORD_CANDIDATES, 2 * topK);

/** Searches whose plans are kept are for a multiple of so many terms: each number has a plan of its own. */
const TERMS_STEP = 4;
/** Stands for a term where there is none; no passage holds it. */
const NO_TERM = '-';

/** An index gives that many of the nearest, of which the exact distances then choose. */
const INDEX_CANDIDATES = 200;

/**
 * How an index of vectors is read: on and on until enough passages fit the filters, and not left aside for a plan that
 * looks at all of them. Passages may come a little out of order, which the exact distances mend.
 */
export const INDEX_SETTINGS: Readonly<Record<string, string>> = {
  'hnsw.iterative_scan': 'relaxed_order',
  'hnsw.ef_search': String(INDEX_CANDIDATES),
  'hnsw.max_scan_tuples': '40000',
  'hnsw.scan_mem_multiplier': '8',
  enable_sort: 'off',
  // Documents that a filter lets through are looked up by hash while they fit.
  work_mem: '32MB',
  // Compiling takes longer than all else.
  jit: 'off',
};

/** For statements that are taken to cost much, and do not. */
export const LARGE_SEARCH_SETTINGS: Readonly<Record<string, string>> = { jit: 'off' };

/**
 * Rows of the sources that are attached to the bot, for any table with `workspace_id` and `datasource_id`.
 * An array, read once: a join would be planned as a nested loop wherever the tables have no statistics yet.
 */
const attached = (table: string, bot = '?'): string =>
  `${table}.workspace_id = ? and ${table}.datasource_id = any(array(
    select b.datasource_id from bot_datasources b where b.workspace_id = ? and b.bot_id = ${bot}))`;

/** Of passages `c` and their documents `d`. */
const PASSAGE_COLUMNS = `c.id as "chunkId", c.document_id as "documentId", c.datasource_id as "datasourceId", d.title, d.url,
        c.location, c.record_id as "rowId", c.heading_path as "headingPath", c.text, c.language, c.lexemes::text as lexemes,
        c.lexeme_count as "termCount"`;

const SOURCE_OF_DOCUMENT = 'join datasources s on s.workspace_id = d.workspace_id and s.id = d.datasource_id';

const attachedParams = ({ workspaceId, botId }: Scope): unknown[] => [workspaceId, workspaceId, botId];

/** @param bot an expression of SQL that gives the bot's id. */
const corpusColumns = (bot: string): string => `coalesce(d.language, '') as language,
        sum(d.chunk_count)::int as passages, sum(d.lexeme_count)::float8 as terms,
        sum(uuid_hash_extended(d.id, d.xmin::text::bigint))::text as version,
        (select json_build_object('id', s.serving_model, 'indexedDimensions', (
             select v.dimensions from vector_indexes v
             where v.workspace_id = s.workspace_id and v.model = s.serving_model and v.is_ready), 'kept', case when m.id is not null then json_build_object(
           'id', m.id, 'provider', m.provider, 'name', m.name, 'credentialId', m.credential_id,
           'dimensions', m.dimensions, 'isShortened', m.is_shortened) end)
         from embedding_spaces s
         left join embedding_models m on m.workspace_id = s.workspace_id and m.id = s.serving_model
         where s.workspace_id = ?) as serving,
        (select json_agg(json_build_object('datasourceId', t.datasource_id, 'weight', t.weight, 'filter', t.filter))
         from bot_datasources t
         where t.workspace_id = ? and t.bot_id = ${bot} and (t.weight <> 1 or t.filter is not null)) as tunings`;

/** How much text the bot has, by language, whose vectors serve its workspace, and how it uses its sources. */
export function corpusStatement(scope: Scope): Statement {
  const { workspaceId, botId, narrowing } = scope;
  const params = [workspaceId, workspaceId, botId, ...attachedParams(scope)];
  if (!narrowing)
    return { sql: `select ${corpusColumns('?')} from documents d where ${attached('d')} group by 1`, params };
  return {
    sql: `${NOT_PREPARED}select ${corpusColumns('?')} from documents d ${SOURCE_OF_DOCUMENT}
      where ${attached('d')} and ${narrowing.documents.sql} group by 1`,
    params: [...params, ...narrowing.documents.params],
  };
}

/**
 * The same as one value.
 * @param bot an expression of SQL that gives the bot's id, the same for every row.
 */
export function corpusExpression(workspaceId: string, bot: string): Statement {
  return {
    sql: `select json_agg(t) from (
        select ${corpusColumns(bot)} from documents d where ${attached('d', bot)} group by 1
      ) t`,
    params: [workspaceId, workspaceId, workspaceId, workspaceId],
  };
}

/**
 * The passages that hold the asked terms best, and those that are nearest in meaning, with how many of the bot's
 * passages hold each term and how near each passage is.
 *
 * Words are put in the order of a BM25 whose term frequencies come from `ts_rank`, which grows with each occurrence,
 * ever slower: reading the occurrences themselves out of a `tsvector` costs too much for more than a few passages.
 * Nothing is near to a passage that the model could not read: pgvector gives NaN for zeros, which come last.
 */
export function searchStatement(scope: Scope, query: SearchQuery): Statement {
  const { question, nearest } = query;
  const isKept = !scope.narrowing && !query.choice && !nearest;
  const terms = isKept ? evened(query.terms) : query.terms;
  const clauses = [
    ...allowedClause(scope),
    ...(terms.length > 0 ? wordClauses(scope, query, terms) : []),
    ...(question ? (nearest ? [givenClause(nearest)] : meaningClauses(scope, question)) : []),
  ];
  const frequencies = terms.map((_, index) => `f.n${index}`).join(', ');
  const found = [
    ...(terms.length > 0 ? ['select id from best'] : []),
    ...(question ? ['select id from nearest'] : []),
  ];
  const distances = distancesOfFound(scope, query);
  return {
    sql: `${isKept ? '' : NOT_PREPARED}with ${clauses.map(({ sql }) => sql).join(', ')}
      select ${PASSAGE_COLUMNS},
        ${question ? `nullif(1 - x.distance, 'NaN')` : 'null::float8'} as cosine,
        array_to_string(array[${frequencies}]::bigint[], ' ') as frequencies
      from (${found.join(' union ')}) p
      join chunks c on c.workspace_id = ? and c.id = p.id
      join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id
      ${distances.sql}
      ${terms.length > 0 ? 'cross join frequencies f' : ''}`,
    params: [...clauses.flatMap(({ params }) => params), scope.workspaceId, ...distances.params],
  };
}

/** How near each passage is that was found: known already where all were compared. */
function distancesOfFound({ workspaceId }: Scope, { question, nearest }: SearchQuery): Statement {
  if (!question) return { sql: '', params: [] };
  if (!nearest) return { sql: 'left join distances x on x.id = p.id', params: [] };
  return {
    sql: `left join lateral (
        select e.embedding <=> ?::vector as distance from chunk_embeddings e
        where e.workspace_id = ? and e.chunk_id = p.id and e.model = ?) x on true`,
    params: [new VectorParameter(question.vector), workspaceId, question.model],
  };
}

/** How many passages of a sample, one of so many by the last byte of their ids, hold which of the terms. */
export function sampleStatement(scope: Scope, terms: readonly string[], oneOf: number): Statement {
  const allowed = allowedClause(scope);
  const counted = countedPassages(scope);
  const held = terms.map(() => `case when c.lexemes @@ ?::tsquery then '1' else '0' end`).join(' || ');
  return {
    sql: `${NOT_PREPARED}${withClauses(allowed)}
      select s.held, count(*)::int as passages from (
        select ${held} as held from chunks c
        where ${attached('c')} and get_byte(uuid_send(c.id), 15) < ${Math.trunc(256 / LEAST_SAMPLED_ONE_OF)}
          and get_byte(uuid_send(c.id), 15) < ${Math.trunc(256 / oneOf)} and ${counted.sql}
      ) s group by 1`,
    params: [
      ...allowed.flatMap(({ params }) => params),
      ...terms.map(quoted),
      ...attachedParams(scope),
      ...counted.params,
    ],
  };
}

/** What an index of vectors gives as the nearest passages, of all sources whose passages count once. */
export function indexedNearestStatement(scope: Scope, question: VectorQuery, dimensions: number): Statement {
  const fitting = fittingVectors(scope);
  const length = Math.trunc(dimensions);
  return {
    sql: `${NOT_PREPARED}${withClauses(fitting.clauses)}
      select e.chunk_id as id, e.datasource_id as "datasourceId", e.embedding <=> ?::vector as distance
      from chunk_embeddings e
      where ${attached('e')} and e.model = ? and e.datasource_id <> all(array(
        select value::uuid from jsonb_array_elements_text(?::jsonb))) and ${fitting.sql}
      order by e.embedding::halfvec(${length}) <=> ?::vector::halfvec(${length}) limit ${INDEX_CANDIDATES}`,
    params: [
      ...fitting.clauses.flatMap(({ params }) => params),
      new VectorParameter(question.vector),
      ...attachedParams(scope),
      question.model,
      weightedSources(scope),
      ...fitting.params,
      new VectorParameter(question.vector),
    ],
  };
}

/** The nearest passages of the sources that count more or less than others. */
export function weightedNearestStatement(scope: Scope, question: VectorQuery): Statement {
  const fitting = fittingVectors(scope);
  const weight = weightOf('x', scope);
  return {
    sql: `${NOT_PREPARED}with ${[...fitting.clauses.map(({ sql }) => sql), ''].join(', ')} distances as materialized (
        select e.chunk_id as id, e.datasource_id, e.embedding <=> ?::vector as distance
        from chunk_embeddings e
        where ${attached('e')} and e.model = ? and e.datasource_id = any(array(
          select value::uuid from jsonb_array_elements_text(?::jsonb))) and ${fitting.sql}
      )
      select x.id, x.datasource_id as "datasourceId", x.distance from distances x where x.distance <> 'NaN'
      order by (1 - x.distance) * ${weight?.sql ?? '1'} desc limit ${MEANING_CANDIDATES}`,
    params: [
      ...fitting.clauses.flatMap(({ params }) => params),
      new VectorParameter(question.vector),
      ...attachedParams(scope),
      question.model,
      weightedSources(scope),
      ...fitting.params,
      ...(weight?.params ?? []),
    ],
  };
}

const weightedSources = ({ weights }: Scope): string => JSON.stringify([...(weights?.keys() ?? [])]);

/**
 * Vectors `e` of passages that a filter lets through. `offset 0` has each looked at as the index gives it, `is true` keeps
 * the list of documents from being read for each of them.
 */
function fittingVectors(scope: Scope): Statement & { readonly clauses: readonly Statement[] } {
  if (!scope.narrowing) return { clauses: [], sql: 'true', params: [] };
  const counted = countedPassages(scope);
  return {
    clauses: allowedClause(scope),
    sql: `exists (select 1 from chunks c where c.workspace_id = e.workspace_id and c.id = e.chunk_id
      and (${counted.sql}) is true offset 0)`,
    params: counted.params,
  };
}

function withClauses(clauses: readonly Statement[]): string {
  return clauses.length > 0 ? `with ${clauses.map(({ sql }) => sql).join(', ')}` : '';
}

/** The ids of the passages of a bot that can be found, in order, up to so many. */
export function passageIdsStatement(scope: Scope, most: number): Statement {
  return {
    sql: `select c.id from chunks c where ${attached('c')} and not c.is_repeat order by c.id limit ?::int`,
    params: [...attachedParams(scope), most],
  };
}

/** These passages in the order of their ids, with the vectors that a model has made of them. */
export function passagesStatement({ workspaceId }: Scope, ids: readonly string[], model: string): Statement {
  return {
    sql: `select ${PASSAGE_COLUMNS}, vector_send(e.embedding) as vector
      from chunks c
      join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id
      left join chunk_embeddings e on e.workspace_id = c.workspace_id and e.chunk_id = c.id and e.model = ?
      where c.workspace_id = ? and c.id = any(?::uuid[]) order by c.id`,
    params: [model, workspaceId, ids],
  };
}

/** Passages that stand at most so far before or after others in the same document. Records stand beside nothing. */
export function neighboursStatement(
  { workspaceId }: Scope,
  chunkIds: readonly string[],
  reach: number,
): Statement {
  return {
    sql: `select c.id as "of", n.id as "chunkId", n.position - c.position as distance, n.text, n.location
      from chunks c
      join chunks n on n.workspace_id = c.workspace_id and n.document_id = c.document_id
        and n.position between c.position - ?::int and c.position + ?::int and n.id <> c.id
      where c.workspace_id = ? and c.record_id is null
        and c.id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
    params: [reach, reach, workspaceId, JSON.stringify(chunkIds)],
  };
}

/** Documents that a filter lets through. Read once, and looked up by hash: there may be very many. */
function allowedClause(scope: Scope): Statement[] {
  const { narrowing } = scope;
  if (!narrowing) return [];
  return [
    {
      sql: `allowed as materialized (
        select d.id from documents d ${SOURCE_OF_DOCUMENT} where ${attached('d')} and ${narrowing.documents.sql}
      )`,
      params: [...attachedParams(scope), ...narrowing.documents.params],
    },
  ];
}

/**
 * Passages that count. Of those that repeat each other in a source one stands for all; where a filter lets only some
 * documents through, it may be in none of them.
 */
function countedPassages({ narrowing }: Scope): Statement {
  if (!narrowing) return { sql: 'not c.is_repeat', params: [] };
  const { passages } = narrowing;
  return {
    sql: `c.document_id in (select id from allowed)${passages ? ` and ${passages.sql}` : ''}`,
    params: passages?.params ?? [],
  };
}

/** The weight of a passage's source; none where all count the same. */
function weightOf(table: string, { weights }: Scope): Statement | null {
  if (!weights || weights.size === 0) return null;
  return {
    sql: `coalesce((?::jsonb ->> ${table}.datasource_id::text)::float8, 1)`,
    params: [JSON.stringify(Object.fromEntries(weights))],
  };
}

function evened(terms: readonly string[]): string[] {
  const count = Math.ceil(terms.length / TERMS_STEP) * TERMS_STEP;
  return Array.from({ length: count }, (_, index) => terms[index] ?? NO_TERM);
}

/** @param terms those of the query, and what evens their number. */
function wordClauses(
  scope: Scope,
  { terms: asked, corpus, topK, choice }: SearchQuery,
  terms: readonly string[],
): Statement[] {
  const each = (column: (index: number) => string): string =>
    terms.map((_, index) => column(index)).join(', ');
  const rarity = (index: number): string => `ln(1 + (?::float8 - n${index} + 0.5) / (n${index} + 0.5))`;
  const frequency = (index: number): string =>
    choice?.estimates.has(index)
      ? `?::bigint as n${index}`
      : `count(*) filter (where t${index} > 0) as n${index}`;
  const counted = countedPassages(scope);
  const weight = weightOf('m', scope);
  const holdingSome = (held: string, ...params: readonly string[]): Statement => ({
    sql: `select c.id, ${weight ? 'c.datasource_id, ' : ''}c.lexeme_count,
          ${each((index) => `ts_rank(c.lexemes, ?::tsquery) as t${index}`)}
        from chunks c where ${attached('c')} and ${held} and ${counted.sql}`,
    params: [...terms.map(quoted), ...attachedParams(scope), ...params, ...counted.params],
  });
  const query = choice?.query ?? asked.map(quoted).join(' | ');
  const holding = [
    holdingSome('c.lexemes @@ ?::tsquery', query),
    ...(choice?.rest
      ? [holdingSome('c.lexemes @@ ?::tsquery and not c.lexemes @@ ?::tsquery', choice.rest, query)]
      : []),
  ];
  return [
    {
      sql: `matched as materialized (
        ${holding.map(({ sql }) => sql).join(' union all ')} ${choice ? `limit ${choice.most}` : ''}
      )`,
      params: holding.flatMap(({ params }) => params),
    },
    {
      sql: `frequencies as materialized (
        select ${each(frequency)} from matched
      )`,
      params: terms.flatMap((_, index) => choice?.estimates.get(index) ?? []),
    },
    {
      sql: `rarities as materialized (
        select ${each((index) => `${rarity(index)} as r${index}`)} from frequencies
      )`,
      params: terms.map(() => corpus.passages),
    },
    {
      sql: `best as materialized (
        select m.id from matched m, rarities r
        order by (${terms.map((_, index) => `m.t${index} * r.r${index}`).join(' + ')})
          / (0.25::float8 + 0.75::float8 * m.lexeme_count / ?::float8)${weight ? ` * ${weight.sql}` : ''} desc, m.id
        limit ${wordCandidates(topK)}
      )`,
      params: [corpus.meanTerms, ...(weight?.params ?? [])],
    },
  ];
}

function givenClause(ids: readonly string[]): Statement {
  return {
    sql: 'nearest as materialized (select value::uuid as id from jsonb_array_elements_text(?::jsonb))',
    params: [JSON.stringify(ids)],
  };
}

function meaningClauses(scope: Scope, { model, vector }: VectorQuery): Statement[] {
  const weight = weightOf('x', scope);
  const counted = scope.narrowing ? countedPassages(scope) : null;
  const passages = counted
    ? 'chunk_embeddings e join chunks c on c.workspace_id = e.workspace_id and c.id = e.chunk_id'
    : 'chunk_embeddings e';
  return [
    {
      sql: `distances as materialized (
        select e.chunk_id as id, ${weight ? 'e.datasource_id, ' : ''}e.embedding <=> ?::vector as distance
        from ${passages} where ${attached('e')} and e.model = ?${counted ? ` and ${counted.sql}` : ''}
      )`,
      params: [new VectorParameter(vector), ...attachedParams(scope), model, ...(counted?.params ?? [])],
    },
    {
      sql: `nearest as materialized (
        select x.id from distances x where x.distance <> 'NaN'
        order by ${weight ? `(1 - x.distance) * ${weight.sql} desc` : 'x.distance'} limit ${MEANING_CANDIDATES}
      )`,
      params: weight?.params ?? [],
    },
  ];
}

/** Terms hold letters and digits only; quoting keeps the colon of `de:haus` from being read as an operator. */
export function quoted(term: string): string {
  return `'${term}'`;
}
