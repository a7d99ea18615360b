import type { AnalysisLanguage, PassageLocation } from '#common/text';
import type { ServingEmbeddings } from '../embeddings.types.js';
import type { Narrowing } from './narrowing.js';
import type { SourceTuning } from './passage-filter.types.js';
import type { Candidate, Corpus, Judgement, Relevance } from './relevance.js';

/** How much there is to search, and how. */
export interface SearchableCorpus extends Omit<Corpus, 'frequencies'> {
  /** Another one after each change of a document, and of which sources are attached. */
  readonly version: string;
  readonly languages: readonly AnalysisLanguage[];
  /** Whose vectors the passages have; null while nobody has made any. */
  readonly serving: ServingEmbeddings | null;
  /** How the bot uses some of its sources; the others count once and are not filtered. */
  readonly tunings: readonly SourceTuning[];
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
  /** Which passages may be found; all of the bot's when not given. */
  readonly narrowing?: Narrowing | null;
  /** Whether passages stay that repeat better ones almost word for word. */
  readonly keepDuplicates?: boolean;
  /** Whether it matters for all passages, and not for the best alone, if they repeat others. */
  readonly ranksAll?: boolean;
}

/** A passage that stands before or after one that was found. */
export interface Neighbour {
  readonly chunkId: string;
  /** How far after it: -1 is the passage right before. */
  readonly distance: number;
  readonly text: string;
  readonly location?: PassageLocation;
}

/** A passage that was found. */
export interface SearchHit extends Relevance {
  readonly chunkId: string;
  readonly documentId: string;
  readonly datasourceId: string;
  readonly title: string;
  readonly url?: string;
  readonly location?: PassageLocation;
  /** The record of a hosted table that it holds. */
  readonly rowId?: string;
  readonly headingPath: readonly string[];
  readonly text: string;
  /** What a reranker says, where one put the passages in order. */
  readonly rerankScore?: number;
  /** In reading order, where they were asked for. */
  readonly neighbours?: readonly Neighbour[];
}

/** A passage as it is kept, with what decides how relevant it is. */
export type FoundPassage = Candidate &
  Omit<SearchHit, keyof Relevance | 'url' | 'location' | 'rowId'> & {
    readonly url: string | null;
    readonly location: PassageLocation | null;
    readonly rowId: string | null;
  };

/** The passages that are compared exactly. */
export interface Finding {
  readonly passages: readonly FoundPassage[];
  /** How many of the bot's passages hold each of the terms that were looked for, in their order. */
  readonly frequencies: readonly number[];
}

/** A passage among those that were compared exactly. */
export interface RankedPassage {
  readonly hit: SearchHit;
  /** Words and meaning together, before the weight of the source. */
  readonly fusedScore: number;
  readonly weight: number;
  /** What a reranker says of it, and the place that it gives it. */
  readonly reranked?: { readonly score: number; readonly rank: number };
  /** The better one that it repeats, and how much of both is the same. */
  readonly repeats?: { readonly chunkId: string; readonly similarity: number };
}

/** All passages that were compared exactly, best first, and what can be said of them together. */
export interface Ranking extends Omit<Judgement, 'relevances'> {
  readonly passages: readonly RankedPassage[];
  /** What was looked for, with the number of the bot's passages that hold it. */
  readonly terms: ReadonlyMap<string, number>;
  readonly corpus: SearchableCorpus;
}

/** Whether a reranker has put the passages in order. */
export interface Reranking {
  /** Provider and model. */
  readonly model: string;
  readonly isApplied: boolean;
  /** The code of what kept it from it; null where nothing did, or there was nothing to be put in order. */
  readonly failure: string | null;
}

/** What a search found, best first. */
export interface SearchResult extends Pick<Judgement, 'support' | 'supported'> {
  readonly hits: readonly SearchHit[];
  /** Where it was asked for. */
  readonly explanation?: SearchExplanation;
}

/** A score, and its place among those of all compared passages, from 1; no place where there is no score. */
export interface RankedScore {
  readonly score: number;
  readonly rank: number | null;
}

/** What becomes of a passage that was compared. */
export const SEARCH_OUTCOMES = ['returned', 'duplicate', 'below_min_score', 'beyond_top_k'] as const;
export type SearchOutcome = (typeof SEARCH_OUTCOMES)[number];

/** Why a passage has its place. */
export interface PassageExplanation {
  readonly chunkId: string;
  readonly datasourceId: string;
  readonly title: string;
  readonly lexical: RankedScore;
  readonly vector: RankedScore;
  /** Both together. */
  readonly fused: RankedScore;
  readonly weight: number;
  /** Its score, and its place in the order before anything was left out. */
  readonly weighted: RankedScore;
  /** What a reranker says; null of those that it was not given. */
  readonly reranked: RankedScore | null;
  readonly outcome: SearchOutcome;
  readonly duplicateOf?: { readonly chunkId: string; readonly similarity: number };
  readonly neighbours: readonly string[];
}

/** How a search came to its result. */
export interface SearchExplanation {
  readonly corpus: {
    readonly passages: number;
    readonly meanTerms: number;
    readonly languages: readonly AnalysisLanguage[];
    /** Whether a filter narrowed it. */
    readonly isFiltered: boolean;
  };
  /** What was looked for, and how many passages hold it. */
  readonly terms: readonly { readonly term: string; readonly passages: number }[];
  /** Whose vectors were compared; null when words decided alone. */
  readonly embeddingModel: string | null;
  /** Null where the bot has none. */
  readonly reranking: Reranking | null;
  readonly passages: readonly PassageExplanation[];
  readonly support: { readonly value: number; readonly threshold: number; readonly isSupported: boolean };
}
