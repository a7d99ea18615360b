import { type Statement, VectorParameter } from '#common/database';

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

/** How many passages at least go on to the exact comparison, by words and by meaning; more of them find no more. */
const WORD_CANDIDATES = 24;
const MEANING_CANDIDATES = 12;

/**
 * Rows of the sources that are attached to the bot, for any table with `workspace_id` and `datasource_id`.
 * An array, read once: a join would be planned as a nested loop wherever the tables have no statistics yet.
 */
const attached = (table: string): string => `${table}.workspace_id = ? and ${table}.datasource_id = any(array(
    select b.datasource_id from bot_datasources b where b.workspace_id = ? and b.bot_id = ?))`;

const attachedParams = ({ workspaceId, botId }: Scope): unknown[] => [workspaceId, workspaceId, botId];

/** How much text the bot has, by language, and whose vectors serve its workspace. */
export function corpusStatement(scope: Scope): Statement {
  return {
    sql: `select coalesce(d.language, '') as language, sum(d.chunk_count)::int as passages,
        sum(d.lexeme_count)::float8 as terms,
        (select s.serving_model from embedding_spaces s where s.workspace_id = ?) as model
      from documents d where ${attached('d')} group by 1`,
    params: [scope.workspaceId, ...attachedParams(scope)],
  };
}

/**
 * The passages that hold the asked terms best, and those that are nearest in meaning, with how many of the bot's
 * passages hold each term and how near each passage is.
 *
 * Words are put in the order of a BM25 whose term frequencies come from `ts_rank`, which grows with each occurrence,
 * ever slower: reading the occurrences themselves out of a `tsvector` costs too much for more than a few passages.
 * Nothing is near to a passage that the model could not read: pgvector gives NaN for zeros, which come last.
 *
 * @param terms may be none where there is a question.
 * @param corpus over how many passages, and of what mean length, rarity is measured.
 * @param topK how many passages are asked for in the end.
 */
export function searchStatement(
  scope: Scope,
  terms: readonly string[],
  corpus: { readonly passages: number; readonly meanTerms: number },
  topK: number,
  question?: VectorQuery,
): Statement {
  const clauses = [
    ...(terms.length > 0 ? wordClauses(scope, terms, corpus, topK) : []),
    ...(question ? meaningClauses(scope, question) : []),
  ];
  const frequencies = terms.map((_, index) => `f.n${index}`).join(', ');
  const found = [
    ...(terms.length > 0 ? ['select id from best'] : []),
    ...(question ? ['select id from nearest'] : []),
  ];
  return {
    sql: `with ${clauses.map(({ sql }) => sql).join(', ')}
      select c.id as "chunkId", c.document_id as "documentId", c.datasource_id as "datasourceId", d.title, d.url,
        c.location, c.heading_path as "headingPath", c.text, c.language, c.lexemes::text as lexemes, c.lexeme_count as "termCount",
        ${question ? `nullif(1 - x.distance, 'NaN')` : 'null::float8'} as cosine,
        array_to_json(array[${frequencies}]::bigint[]) as frequencies
      from (${found.join(' union ')}) p
      join chunks c on c.workspace_id = ? and c.id = p.id
      join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id
      ${question ? 'left join distances x on x.id = p.id' : ''}
      ${terms.length > 0 ? 'cross join frequencies f' : ''}`,
    params: [...clauses.flatMap(({ params }) => params), scope.workspaceId],
  };
}

function wordClauses(
  scope: Scope,
  terms: readonly string[],
  corpus: { readonly passages: number; readonly meanTerms: number },
  topK: number,
): Statement[] {
  const each = (column: (index: number) => string): string =>
    terms.map((_, index) => column(index)).join(', ');
  const rarity = (index: number): string => `ln(1 + (?::float8 - n${index} + 0.5) / (n${index} + 0.5))`;
  return [
    {
      sql: `matched as materialized (
        select c.id, c.lexeme_count, ${each((index) => `ts_rank(c.lexemes, ?::tsquery) as t${index}`)}
        from chunks c where ${attached('c')} and c.lexemes @@ ?::tsquery and not c.is_repeat
      )`,
      params: [...terms.map(quoted), ...attachedParams(scope), terms.map(quoted).join(' | ')],
    },
    {
      sql: `frequencies as materialized (
        select ${each((index) => `count(*) filter (where t${index} > 0) as n${index}`)} from matched
      )`,
      params: [],
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
          / (0.25::float8 + 0.75::float8 * m.lexeme_count / ?::float8) desc, m.id
        limit ${Math.max(WORD_CANDIDATES, 2 * topK)}
      )`,
      params: [corpus.meanTerms],
    },
  ];
}

function meaningClauses(scope: Scope, { model, vector }: VectorQuery): Statement[] {
  return [
    {
      sql: `distances as materialized (
        select e.chunk_id as id, e.embedding <=> ?::vector as distance
        from chunk_embeddings e where ${attached('e')} and e.model = ?
      )`,
      params: [new VectorParameter(vector), ...attachedParams(scope), model],
    },
    {
      sql: `nearest as materialized (
        select id from distances where distance <> 'NaN' order by distance limit ${MEANING_CANDIDATES}
      )`,
      params: [],
    },
  ];
}

/** Terms hold letters and digits only; quoting keeps the colon of `de:haus` from being read as an operator. */
function quoted(term: string): string {
  return `'${term}'`;
}
