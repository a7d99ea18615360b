import type { ModelRef } from '#modules/providers';

/** What the team has chosen for the insights of a bot. */
export interface InsightSettings {
  /** Names topics; null: they are named by their terms. */
  readonly namingModel: ModelRef | null;
}
