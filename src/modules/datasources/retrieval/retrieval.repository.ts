import { Inject, Injectable, Optional } from '@nestjs/common';
import { inBatches, type Reading, sentVector, Sql, type Statement } from '#common/database';
import { analysisLanguageOf, type PassageLocation } from '#common/text';
import { FilterOutdated } from '../datasources.errors.js';
import type { ServingEmbeddings } from '../embeddings.types.js';
import { queryTermsOf } from './query-terms.js';
import { judge, type Relevance } from './relevance.js';
import type { SourceTuning } from './passage-filter.types.js';
import { PassageIndex, type StoredPassage } from './passage-index.js';
import { PassageMemory } from './passage-memory.js';
import { bestOf, rank, topKOf } from './ranking.js';
import { type NearPassage, nearestOf } from './nearest.js';
import {
  corpusExpression,
  corpusStatement,
  INDEX_SETTINGS,
  indexedNearestStatement,
  LARGE_SEARCH_SETTINGS,
  MEANING_CANDIDATES,
  neighboursStatement,
  quoted,
  passageIdsStatement,
  passagesStatement,
  sampleStatement,
  type Scope,
  type SearchQuery,
  searchStatement,
  type VectorQuery,
  weightedNearestStatement,
} from './retrieval-statements.js';
import { SEARCH_LIMITS, type SearchLimits, USUAL_SEARCH_LIMITS } from './search-limits.js';
import type {
  Finding,
  FoundPassage,
  Neighbour,
  Ranking,
  Search,
  SearchableCorpus,
  SearchHit,
  SearchResult,
} from './search.types.js';
import { chooseByWords, sampledOneOf, type SampledPassages, type WordChoice } from './word-choice.js';

/** Runs SQL on the rows of one workspace. */
export type WorkspaceSql = Pick<Sql, 'inWorkspace' | 'inWorkspaceWith'>;

/** The codes of Postgres for a table or a column that went after a filter of its records was made. */
const GONE = ['42P01', '42703'];
const NOTHING: Finding = { passages: [], frequencies: [] };
/** So many passages are read at a time into memory, which takes some milliseconds. */
const LOADED_TOGETHER = 200;
/** A bot whose passages take more memory is left to the database. */
const MOST_LOADED_BYTES = 50_000_000;
/** Further terms of a long text cost more than they tell. */
const MAX_TERMS = 64;

interface CorpusRow {
  readonly language: string;
  readonly passages: number;
  readonly terms: number;
  readonly version: string;
  readonly serving: ServingEmbeddings | null;
  readonly tunings: readonly SourceTuning[] | null;
}

interface NeighbourRow extends Omit<Neighbour, 'location'> {
  readonly of: string;
  readonly location: PassageLocation | null;
}

type FoundRow = FoundPassage & {
  /** Of the terms in their order, the same in each row. */
  readonly frequencies: string;
};

interface StoredRow extends StoredPassage {
  /** As pgvector sends it; null where the model has made none. */
  readonly vector: Uint8Array | null;
}

/** Finds passages of the sources attached to a bot by their words and their meaning. */
@Injectable()
export class RetrievalRepository {
  constructor(
    @Inject(Sql) private readonly sql: WorkspaceSql,
    @Optional() @Inject(SEARCH_LIMITS) private readonly limits: SearchLimits = USUAL_SEARCH_LIMITS,
    @Optional() @Inject(PassageMemory) private readonly memory?: Pick<PassageMemory, 'indexOf'>,
  ) {}

  /** What a bot can be asked about. */
  async corpusOf(scope: Scope): Promise<SearchableCorpus> {
    return corpusIn(await this.#run<CorpusRow>(scope, corpusStatement(scope)));
  }

  /** @param bot an expression of SQL that gives the bot's id, the same for every row. */
  corpusReading(workspaceId: string, bot: string): Reading<SearchableCorpus> {
    return {
      expression: corpusExpression(workspaceId, bot),
      understand: (read) => corpusIn((read ?? []) as CorpusRow[]),
    };
  }

  /** The best passages of a ranking. */
  async search(search: Search, corpus?: SearchableCorpus): Promise<SearchResult> {
    return bestOf(await this.rank(search, corpus), search);
  }

  /** Any text is a valid query. Statistics of other bots and workspaces play no part in the scores. */
  async rank(search: Search, known?: SearchableCorpus): Promise<Ranking> {
    const queryVector = Promise.resolve(search.queryVector);
    // Awaited below; a failure before that must not count as unhandled.
    queryVector.catch(() => undefined);
    const corpus = known ?? (await this.corpusOf(search));
    const { languages, passages, meanTerms } = corpus;
    const readings = new Map(languages.map((language) => [language, queryTermsOf(search.query, language)]));
    const terms = [...new Set([...readings.values()].flatMap(({ distinct }) => distinct))].slice(
      0,
      MAX_TERMS,
    );
    const size = { passages, meanTerms };
    const weights = weightsIn(corpus);
    const found = await this.#find({ ...search, weights }, terms, corpus, await queryVector);
    const frequencies = new Map(terms.map((term, index) => [term, found.frequencies[index] ?? 0]));
    const { relevances, ...judgement } = judge(readings, { ...size, frequencies }, found.passages);
    const hits = found.passages.flatMap((passage, index) => {
      const relevance = relevances[index];
      return relevance ? [hitOf(passage, relevance)] : [];
    });
    return { ...judgement, terms: frequencies, corpus, passages: rank(hits, weights, wantedOf(search)) };
  }

  /** What stands at most so far before and after each of these passages, in reading order. */
  async neighboursOf(
    scope: Scope,
    chunkIds: readonly string[],
    reach: number,
  ): Promise<ReadonlyMap<string, readonly Neighbour[]>> {
    const rows = await this.#run<NeighbourRow>(scope, neighboursStatement(scope, chunkIds, reach));
    const inOrder = rows.toSorted((a, b) => a.distance - b.distance);
    return Map.groupBy(
      inOrder.map(({ location, ...row }) => ({ ...row, ...(location ? { location } : {}) })),
      ({ of }) => of,
    );
  }

  async #find(
    search: Search & Required<Pick<Scope, 'weights'>>,
    terms: readonly string[],
    corpus: SearchableCorpus,
    vector: Float32Array | undefined,
  ): Promise<Finding> {
    // Zeros stand for a question that the model could not read.
    const question = vector?.some(Boolean) ? { model: search.embeddingModelId, vector } : undefined;
    if (corpus.passages === 0 || (terms.length === 0 && !question)) return NOTHING;
    const query: SearchQuery = { terms, corpus, topK: topKOf(search.topK), question };
    const remembered = search.narrowing
      ? null
      : this.memory?.indexOf(search, corpus, question, (asked) => this.#load(search, corpus, asked));
    if (remembered) return remembered.search(query, search.weights);
    const [choice, nearest] = await Promise.all([
      this.#choose(search, terms, corpus),
      question ? this.#nearest(search, question, corpus) : null,
    ]);
    const statement = searchStatement(search, { ...query, choice, nearest });
    const settings = choice || nearest ? LARGE_SEARCH_SETTINGS : null;
    const rows = await this.#run<FoundRow>(search, statement, settings);
    return { passages: rows, frequencies: rows[0]?.frequencies.split(' ').map(Number) ?? [] };
  }

  /**
   * The passages of a bot, read some at a time.
   * @returns null where they change meanwhile, where they are too many or too long, or not all have a vector of the model.
   */
  async #load(
    { workspaceId, botId }: Scope,
    { version }: SearchableCorpus,
    { model, vector: { length } }: VectorQuery,
  ): Promise<PassageIndex | null> {
    const scope = { workspaceId, botId };
    const most = Math.floor(this.limits.comparedInMemory / length);
    const ids = (await this.#run<{ id: string }>(scope, passageIdsStatement(scope, most + 1))).map(
      ({ id }) => id,
    );
    if (ids.length > most) return null;
    const index = new PassageIndex(model, length, ids.length);
    for (const batch of inBatches(ids, LOADED_TOGETHER)) {
      const rows = await this.#run<StoredRow>(scope, passagesStatement(scope, batch, model));
      for (const { vector: sent, ...passage } of rows) {
        const vector = sent && sentVector(sent);
        if (vector?.length !== length || index.bytes > MOST_LOADED_BYTES) return null;
        index.add(passage, vector);
      }
    }
    return (await this.corpusOf(scope)).version === version ? index : null;
  }

  /** Which passages are ranked by their words; null where all are that hold one. */
  async #choose(
    scope: Scope,
    terms: readonly string[],
    { passages }: SearchableCorpus,
  ): Promise<WordChoice | null> {
    if (passages <= this.limits.rankedInFull || terms.length === 0) return null;
    const oneOf = sampledOneOf(passages);
    const sample = await this.#run<SampledPassages>(
      scope,
      sampleStatement(scope, terms, oneOf),
      LARGE_SEARCH_SETTINGS,
    );
    return chooseByWords(terms.map(quoted), sample, { oneOf, few: this.limits.rankedByChoice });
  }

  /** The nearest passages as an index gives them; null where all have to be compared. */
  async #nearest(
    scope: Scope & Required<Pick<Scope, 'weights'>>,
    question: VectorQuery,
    { passages, serving }: SearchableCorpus,
  ): Promise<string[] | null> {
    const dimensions = serving?.indexedDimensions;
    if (passages <= this.limits.comparedOneByOne || serving?.id !== question.model || !dimensions)
      return null;
    const { sql, params } = indexedNearestStatement(scope, question, dimensions);
    const near = await this.sql.inWorkspaceWith<NearPassage>(INDEX_SETTINGS, scope.workspaceId, sql, params);
    // So few only when hardly any passage fits the filters: then those are found faster by themselves.
    if (near.length < MEANING_CANDIDATES) return null;
    const weighted =
      scope.weights.size > 0
        ? await this.#run<NearPassage>(scope, weightedNearestStatement(scope, question))
        : [];
    return nearestOf([...near, ...weighted], scope.weights, MEANING_CANDIDATES);
  }

  async #run<Row>(
    { workspaceId, narrowing }: Scope,
    { sql, params }: Statement,
    settings: Readonly<Record<string, string>> | null = null,
  ): Promise<Row[]> {
    try {
      return settings
        ? await this.sql.inWorkspaceWith<Row>(settings, workspaceId, sql, params)
        : await this.sql.inWorkspace<Row>(workspaceId, sql, params);
    } catch (error) {
      throw narrowing?.passages && isOfSomethingGone(error) ? new FilterOutdated() : error;
    }
  }
}

function isOfSomethingGone(error: unknown): boolean {
  return error instanceof Error && GONE.includes(String(Reflect.get(error, 'code')));
}

function corpusIn(rows: readonly CorpusRow[]): SearchableCorpus {
  const passages = rows.reduce((sum, row) => sum + row.passages, 0);
  const terms = rows.reduce((sum, row) => sum + row.terms, 0);
  return {
    passages,
    meanTerms: Math.max(1, terms / Math.max(1, passages)),
    version: rows
      .map(({ language, version }) => `${language}:${version}`)
      .sort()
      .join(' '),
    languages: [...new Set(rows.map(({ language }) => analysisLanguageOf(language)))],
    serving: rows[0]?.serving ?? null,
    tunings: rows[0]?.tunings ?? [],
  };
}

/** A reranker looks at all of them. */
function wantedOf({ topK, keepDuplicates, ranksAll }: Search): Parameters<typeof rank>[2] {
  return { wanted: ranksAll ? Infinity : topKOf(topK), keepDuplicates };
}

function weightsIn({ tunings }: SearchableCorpus): ReadonlyMap<string, number> {
  return new Map(
    tunings.flatMap(({ datasourceId, weight }) => (weight === 1 ? [] : [[datasourceId, weight] as const])),
  );
}

function hitOf(passage: FoundPassage, relevance: Relevance): SearchHit {
  const { chunkId, documentId, datasourceId, title, url, location, rowId, headingPath, text } = passage;
  return {
    chunkId,
    documentId,
    datasourceId,
    title,
    ...(url ? { url } : {}),
    ...(location ? { location } : {}),
    ...(rowId ? { rowId } : {}),
    headingPath,
    text,
    ...relevance,
  };
}
