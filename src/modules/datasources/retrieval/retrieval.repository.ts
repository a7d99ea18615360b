import { Inject, Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { type AnalysisLanguage, analysisLanguageOf } from '#common/text';
import { type QueryTerms, queryTermsOf } from './query-terms.js';
import { type Candidate, type Corpus, relevanceOf, type Relevance } from './relevance.js';
import {
  corpusStatement,
  passagesStatement,
  type Statement,
  type VectorQuery,
  wordsStatement,
} from './retrieval-statements.js';

/** What is looked for, and in which bot's sources. */
export interface Search {
  readonly workspaceId: string;
  readonly botId: string;
  readonly query: string;
  /** The question as a vector. While it is being made, the search by words goes ahead. */
  readonly queryVector?: Float32Array | Promise<Float32Array | undefined>;
  /** Whose vectors `queryVector` is compared with. */
  readonly embeddingModelId: string;
  /** 1 to 50 passages. */
  readonly topK: number;
  /** Passages that score less are left out. */
  readonly minScore: number;
}

/** A passage that was found. */
export interface SearchHit extends Relevance {
  readonly chunkId: string;
  readonly documentId: string;
  readonly datasourceId: string;
  readonly title: string;
  readonly url?: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** What a search found, best first. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** 0..1: how much of what is asked the best passage holds. */
  readonly support: number;
  /** Whether that is enough for an answer. */
  readonly supported: boolean;
}

/** Runs SQL on the rows of one workspace. */
export type WorkspaceSql = Pick<Sql, 'inWorkspace'>;

/** Measured by bench/answerable.ts: tells questions about the bot's own sources from others. */
const SUPPORT_THRESHOLD = 0.3;
const MAX_TOP_K = 50;
/** Further terms of a long text cost more than they tell. */
const MAX_TERMS = 64;

interface CorpusRow {
  readonly language: string;
  readonly passages: number;
  readonly terms: number;
}

interface PassageRow extends Candidate {
  readonly chunkId: string;
  readonly documentId: string;
  readonly datasourceId: string;
  readonly title: string;
  readonly url: string | null;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** Finds passages of the sources attached to a bot by their words and their meaning. */
@Injectable()
export class RetrievalRepository {
  constructor(@Inject(Sql) private readonly sql: WorkspaceSql) {}

  /** Any text is a valid query. Statistics of other bots and workspaces play no part in the scores. */
  async search(search: Search): Promise<SearchResult> {
    const queryVector = Promise.resolve(search.queryVector);
    // Awaited below; a failure before that must not count as unhandled.
    queryVector.catch(() => undefined);
    const rows = await this.#run<CorpusRow>(search, corpusStatement(search));
    const readings = readingsOf(search.query, rows);
    const terms = [...new Set([...readings.values()].flatMap(({ distinct }) => distinct))].slice(
      0,
      MAX_TERMS,
    );
    const { ids, corpus } = await this.#findByWords(search, terms, sizeOf(rows));
    const vector = await queryVector;
    const query = vector && { model: search.embeddingModelId, vector };
    const passages = await this.#findPassages(search, ids, query);
    return resultOf(search, passages, relevanceOf(readings, corpus, passages));
  }

  async #findByWords(
    search: Search,
    terms: readonly string[],
    size: Omit<Corpus, 'frequencies'>,
  ): Promise<{ ids: string[]; corpus: Corpus }> {
    const rows =
      terms.length > 0 && size.passages > 0
        ? await this.#run<{ id: string; frequencies: number[] }>(search, wordsStatement(search, terms, size))
        : [];
    const counts = rows[0]?.frequencies ?? [];
    const frequencies = new Map(terms.map((term, index) => [term, counts[index] ?? 0]));
    return { ids: rows.map(({ id }) => id), corpus: { ...size, frequencies } };
  }

  async #findPassages(search: Search, ids: readonly string[], query?: VectorQuery): Promise<PassageRow[]> {
    if (ids.length === 0 && !query) return [];
    return this.#run<PassageRow>(search, passagesStatement(search, ids, query));
  }

  #run<Row>({ workspaceId }: Search, { sql, params }: Statement): Promise<Row[]> {
    return this.sql.inWorkspace<Row>(workspaceId, sql, params);
  }
}

/** The question's terms in each language that the bot's sources have. */
function readingsOf(query: string, rows: readonly CorpusRow[]): Map<AnalysisLanguage, QueryTerms> {
  const languages = new Set(rows.map(({ language }) => analysisLanguageOf(language)));
  return new Map([...languages].map((language) => [language, queryTermsOf(query, language)]));
}

function sizeOf(rows: readonly CorpusRow[]): Omit<Corpus, 'frequencies'> {
  const passages = rows.reduce((sum, row) => sum + row.passages, 0);
  const terms = rows.reduce((sum, row) => sum + row.terms, 0);
  return { passages, meanTerms: Math.max(1, terms / Math.max(1, passages)) };
}

function resultOf(
  { topK, minScore }: Search,
  passages: readonly PassageRow[],
  relevances: readonly Relevance[],
): SearchResult {
  const found = passages
    .flatMap((passage, index) => {
      const relevance = relevances[index];
      return relevance ? [hitOf(passage, relevance)] : [];
    })
    .sort((a, b) => b.score - a.score || a.chunkId.localeCompare(b.chunkId));
  const support = found[0]?.score ?? 0;
  const hits = found
    .filter(({ score }) => score >= minScore)
    .slice(0, Math.min(MAX_TOP_K, Math.max(1, Math.trunc(topK))));
  return { hits, support, supported: hits.length > 0 && support >= SUPPORT_THRESHOLD };
}

function hitOf(passage: PassageRow, relevance: Relevance): SearchHit {
  const { chunkId, documentId, datasourceId, title, url, headingPath, text } = passage;
  return {
    chunkId,
    documentId,
    datasourceId,
    title,
    ...(url ? { url } : {}),
    headingPath,
    text,
    ...relevance,
  };
}
