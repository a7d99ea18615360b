import { Inject, Injectable } from '@nestjs/common';
import { Sql, type Statement } from '#common/database';
import { type AnalysisLanguage, analysisLanguageOf } from '#common/text';
import { queryTermsOf } from './query-terms.js';
import { type Candidate, type Corpus, judge, type Judgement, type Relevance } from './relevance.js';
import { corpusStatement, meaningStatement, type Scope, wordsStatement } from './retrieval-statements.js';
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

type PassageRow = Omit<Candidate, 'cosine'> &
  Omit<SearchHit, keyof Relevance | 'url'> & { readonly url: string | null };

/** A passage that was found by its words. */
type WordsRow = PassageRow & { readonly frequencies: readonly number[] };

/** How near a passage is; with its text unless that was found by its words already. */
type MeaningRow = { readonly id: string; readonly cosine: number } & (
  PassageRow | { readonly chunkId: null }
);

type FoundPassage = PassageRow & Candidate;

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
  async search(search: Search, size?: SearchableCorpus): Promise<SearchResult> {
    const queryVector = Promise.resolve(search.queryVector);
    // Awaited below; a failure before that must not count as unhandled.
    queryVector.catch(() => undefined);
    const { languages, ...known } = size ?? (await this.corpusOf(search));
    const readings = new Map(languages.map((language) => [language, queryTermsOf(search.query, language)]));
    const terms = [...new Set([...readings.values()].flatMap(({ distinct }) => distinct))].slice(
      0,
      MAX_TERMS,
    );
    const { passages, corpus } = await this.#findByWords(search, terms, known);
    const found = await this.#addMeaning(search, passages, await queryVector);
    return resultOf(search, found, judge(readings, corpus, found));
  }

  async #findByWords(
    search: Search,
    terms: readonly string[],
    size: Omit<Corpus, 'frequencies'>,
  ): Promise<{ passages: WordsRow[]; corpus: Corpus }> {
    const isHopeless = terms.length === 0 || size.passages === 0;
    const passages = isHopeless
      ? []
      : await this.#run<WordsRow>(search, wordsStatement(search, terms, size, topKOf(search)));
    const counts = passages[0]?.frequencies ?? [];
    const frequencies = new Map(terms.map((term, index) => [term, counts[index] ?? 0]));
    return { passages, corpus: { ...size, frequencies } };
  }

  async #addMeaning(
    search: Search,
    byWords: readonly WordsRow[],
    vector: Float32Array | undefined,
  ): Promise<FoundPassage[]> {
    if (!vector) return byWords.map((passage) => ({ ...passage, cosine: null }));
    const ids = byWords.map(({ chunkId }) => chunkId);
    const query = { model: search.embeddingModelId, vector };
    const rows = await this.#run<MeaningRow>(search, meaningStatement(search, ids, query));
    const cosines = new Map(rows.map(({ id, cosine }) => [id, cosine]));
    return [
      ...byWords.map((passage) => ({ ...passage, cosine: cosines.get(passage.chunkId) ?? null })),
      ...rows.filter((row): row is MeaningRow & PassageRow => row.chunkId !== null),
    ];
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

function topKOf({ topK }: Search): number {
  return Math.min(MAX_TOP_K, Math.max(1, Math.trunc(topK)));
}
