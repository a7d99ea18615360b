import {
  type EmbeddingChoice,
  EMBEDDING_PROVIDERS,
  type EmbeddingWish,
  MOST_DIMENSIONS,
} from '#modules/providers';
import type { StartedJob } from './datasources.types.js';

export { EMBEDDING_PROVIDERS, type EmbeddingWish, MOST_DIMENSIONS };

/** How a workspace embeds, and how far a change is. */
export interface EmbeddingsView {
  readonly current: EmbeddingChoice;
  readonly isChosen: boolean;
  /** Whether the vectors of `current` are those that answer. */
  readonly isServing: boolean;
  /** Passages that have no vector of `current` yet. */
  readonly waiting: number;
}

/** What became of a choice. */
export interface ChangedEmbeddings extends EmbeddingsView {
  /** Null when there is nothing to be done. */
  readonly job: StartedJob | null;
}
