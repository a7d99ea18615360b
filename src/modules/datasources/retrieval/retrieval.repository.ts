import { Inject, Injectable } from '@nestjs/common';
import { Sql, type Statement } from '#common/database';
import { analysisLanguageOf, type PassageLocation } from '#common/text';
import { queryTermsOf } from './query-terms.js';
import { type Candidate, type Corpus, judge, type Judgement, type Relevance } from './relevance.js';
import { corpusStatement, type Scope, searchStatement } from './retrieval-statements.js';
import type { Search, SearchableCorpus, SearchHit, SearchResult } from './search.types.js';

/** Runs SQL on the rows of one workspace. */
export type WorkspaceSql = Pick<Sql, 'inWorkspace'>;

const MAX_TOP_K = 50;
/** Further terms of a long text cost more than they tell. */
const MAX_TERMS = 64;

interface CorpusRow {
  readonly language: string;
  readonly passages: number;
  readonly terms: number;
  readonly model: string | null;
}

type FoundPassage = Candidate &
  Omit<SearchHit, keyof Relevance | 'url' | 'location'> & {
    readonly url: string | null;
    readonly location: PassageLocation | null;
    readonly frequencies: readonly number[];
  };

/** Finds passages of the sources attached to a bot by their words and their meaning. */
@Injectable()
export class RetrievalRepository {
  constructor(@Inject(Sql) private readonly sql: WorkspaceSql) {}

  /** What a bot can be asked about. */
  async corpusOf(scope: Scope): Promise<SearchableCorpus> {
    const rows = await this.#run<CorpusRow>(scope, corpusStatement(scope));
    const passages = rows.reduce((sum, row) => sum + row.passages, 0);
    const terms = rows.reduce((sum, row) => sum + row.terms, 0);
    return {
      passages,
      meanTerms: Math.max(1, terms / Math.max(1, passages)),
      languages: [...new Set(rows.map(({ language }) => analysisLanguageOf(language)))],
      servingModel: rows[0]?.model ?? null,
    };
  }

  /** Any text is a valid query. Statistics of other bots and workspaces play no part in the scores. */
  async search(search: Search, corpus?: SearchableCorpus): Promise<SearchResult> {
    const queryVector = Promise.resolve(search.queryVector);
    // Awaited below; a failure before that must not count as unhandled.
    queryVector.catch(() => undefined);
    const { languages, passages, meanTerms } = corpus ?? (await this.corpusOf(search));
    const readings = new Map(languages.map((language) => [language, queryTermsOf(search.query, language)]));
    const terms = [...new Set([...readings.values()].flatMap(({ distinct }) => distinct))].slice(
      0,
      MAX_TERMS,
    );
    const size = { passages, meanTerms };
    const found = await this.#find(search, terms, size, await queryVector);
    const counts = found[0]?.frequencies ?? [];
    const frequencies = new Map(terms.map((term, index) => [term, counts[index] ?? 0]));
    return resultOf(search, found, judge(readings, { ...size, frequencies }, found));
  }

  async #find(
    search: Search,
    terms: readonly string[],
    size: Omit<Corpus, 'frequencies'>,
    vector: Float32Array | undefined,
  ): Promise<FoundPassage[]> {
    // Zeros stand for a question that the model could not read.
    const question = vector?.some(Boolean) ? { model: search.embeddingModelId, vector } : undefined;
    if (size.passages === 0 || (terms.length === 0 && !question)) return [];
    return this.#run(search, searchStatement(search, terms, size, topKOf(search), question));
  }

  #run<Row>({ workspaceId }: Scope, { sql, params }: Statement): Promise<Row[]> {
    return this.sql.inWorkspace<Row>(workspaceId, sql, params);
  }
}

function resultOf(
  search: Search,
  passages: readonly FoundPassage[],
  { relevances, support, supported }: Judgement,
): SearchResult {
  const found = passages
    .flatMap((passage, index) => {
      const relevance = relevances[index];
      return relevance ? [hitOf(passage, relevance)] : [];
    })
    .sort((a, b) => b.score - a.score || a.chunkId.localeCompare(b.chunkId));
  const hits = found.filter(({ score }) => score >= search.minScore).slice(0, topKOf(search));
  return { hits, support, supported: supported && hits.length > 0 };
}

function hitOf(passage: FoundPassage, relevance: Relevance): SearchHit {
  const { chunkId, documentId, datasourceId, title, url, location, headingPath, text } = passage;
  return {
    chunkId,
    documentId,
    datasourceId,
    title,
    ...(url ? { url } : {}),
    ...(location ? { location } : {}),
    headingPath,
    text,
    ...relevance,
  };
}

function topKOf({ topK }: Search): number {
  return Math.min(MAX_TOP_K, Math.max(1, Math.trunc(topK)));
}
