import type { Statement } from '#common/database';

/** Whose passages may be found. */
export interface Scope {
  readonly workspaceId: string;
  readonly botId: string;
}

/** A question as a vector, and the model whose vectors it may be compared with. */
export interface VectorQuery {
  readonly model: string;
  readonly vector: Float32Array;
}

/** How many passages go on to the exact comparison, by words and by meaning. */
const WORD_CANDIDATES = 40;
const MEANING_CANDIDATES = 12;

/**
 * Rows of the sources that are attached to the bot, for any table with `workspace_id` and `datasource_id`.
 * An array, read once: a join would be planned as a nested loop wherever the tables have no statistics yet.
 */
const attached = (table: string): string => `${table}.workspace_id = ? and ${table}.datasource_id = any(array(
    select b.datasource_id from bot_datasources b where b.workspace_id = ? and b.bot_id = ?))`;

const attachedParams = ({ workspaceId, botId }: Scope): unknown[] => [workspaceId, workspaceId, botId];

const PASSAGE = `c.id as "chunkId", c.document_id as "documentId", c.datasource_id as "datasourceId", d.title, d.url,
  c.heading_path as "headingPath", c.text, c.language, c.lexemes::text as lexemes, c.lexeme_count as "termCount"`;
const WITH_DOCUMENT = `join chunks c on c.workspace_id = ? and c.id = p.id
  join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id`;

/** How much text the bot has, by language, and whose vectors serve its workspace. */
export function corpusStatement(scope: Scope): Statement {
  return {
    sql: `select coalesce(c.language, '') as language, count(*)::int as passages,
        sum(c.lexeme_count)::float8 as terms,
        (select s.serving_model from embedding_spaces s where s.workspace_id = ?) as model
      from chunks c where ${attached('c')} group by 1`,
    params: [scope.workspaceId, ...attachedParams(scope)],
  };
}

/**
 * The passages that hold the asked terms best, each with how many of the bot's passages hold each term.
 *
 * They are put in the order of a BM25 whose term frequencies come from `ts_rank`, which grows with each occurrence,
 * ever slower: reading the occurrences themselves out of a `tsvector` costs too much for more than a few passages.
 *
 * @param corpus over how many passages, and of what mean length, rarity is measured.
 * @param topK how many passages are asked for in the end.
 */
export function wordsStatement(
  scope: Scope,
  terms: readonly string[],
  corpus: { readonly passages: number; readonly meanTerms: number },
  topK: number,
): Statement {
  const each = (column: (index: number) => string): string =>
    terms.map((_, index) => column(index)).join(', ');
  const rarity = (index: number): string => `ln(1 + (?::float8 - f.n${index} + 0.5) / (f.n${index} + 0.5))`;
  return {
    sql: `with matched as materialized (
        select c.id, c.lexeme_count, ${each((index) => `ts_rank(c.lexemes, ?::tsquery) as t${index}`)}
        from chunks c where ${attached('c')} and c.lexemes @@ ?::tsquery
      ), frequencies as materialized (
        select ${each((index) => `count(*) filter (where t${index} > 0) as n${index}`)} from matched
      ), best as materialized (
        select m.id from matched m, frequencies f
        order by (${terms.map((_, index) => `m.t${index} * ${rarity(index)}`).join(' + ')})
          / (0.25 + 0.75 * m.lexeme_count / ?::float8) desc, m.id
        limit ${Math.max(WORD_CANDIDATES, topK)}
      )
      select ${PASSAGE}, array_to_json(array[${each((index) => `f.n${index}`)}]) as frequencies
      from best p
      ${WITH_DOCUMENT}
      cross join frequencies f`,
    params: [
      ...terms.map(quoted),
      ...attachedParams(scope),
      terms.map(quoted).join(' | '),
      ...terms.map(() => corpus.passages),
      corpus.meanTerms,
      scope.workspaceId,
    ],
  };
}

/**
 * How near these passages are to the question, and the nearest of all; only what is not given comes with its text.
 *
 * @param ids of passages that were found in the same scope.
 */
export function meaningStatement(
  scope: Scope,
  ids: readonly string[],
  { model, vector }: VectorQuery,
): Statement {
  return {
    sql: `with question as materialized (
        select ?::vector as vector
      ), given as materialized (
        select value::uuid as id from jsonb_array_elements_text(?::jsonb)
      ), nearest as (
        select e.chunk_id as id from chunk_embeddings e
        where ${attached('e')} and e.model = ?
        order by e.embedding <=> (select vector from question) limit ${MEANING_CANDIDATES}
      )
      select ${PASSAGE}, (1 - (e.embedding <=> (select vector from question)))::float8 as cosine, p.id
      from (select id, true as "isGiven" from given union all
        select id, false from nearest where id not in (select id from given)) p
      join chunk_embeddings e on e.workspace_id = ? and e.chunk_id = p.id and e.model = ?
      left join chunks c on c.workspace_id = e.workspace_id and c.id = p.id and not p."isGiven"
      left join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id`,
    params: [
      literalOf(vector),
      JSON.stringify(ids),
      ...attachedParams(scope),
      model,
      scope.workspaceId,
      model,
    ],
  };
}

/** Terms hold letters and digits only; quoting keeps the colon of `de:haus` from being read as an operator. */
function quoted(term: string): string {
  return `'${term}'`;
}

/** With as many digits as the database keeps; all that a double shows would take twice as long to read. */
function literalOf(vector: Float32Array): string {
  return `[${Array.from(vector, (value) => value.toPrecision(7)).join(',')}]`;
}
