import type { AnalysisLanguage, PassageLocation } from '#common/text';
import type { Corpus, Judgement, Relevance } from './relevance.js';

/** How much there is to search, and how. */
export interface SearchableCorpus extends Omit<Corpus, 'frequencies'> {
  readonly languages: readonly AnalysisLanguage[];
  /** Whose vectors the passages have; null while nobody has made any. */
  readonly servingModel: string | null;
}

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
  readonly location?: PassageLocation;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** What a search found, best first. */
export interface SearchResult extends Pick<Judgement, 'support' | 'supported'> {
  readonly hits: readonly SearchHit[];
}
