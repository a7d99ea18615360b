import type { JobRef } from '#common/jobs';

/** A question and what is to be answered. */
export interface QaPair {
  readonly question: string;
  readonly answer: string;
}

/** A pair that comes from somewhere: of one origin a source has one pair at most. */
export interface LearnedPair extends QaPair {
  readonly originId?: string;
}

/** A pair of a source. */
export interface QaItem extends QaPair {
  readonly id: string;
  /** What it was learned from, such as an answer that somebody corrected. */
  readonly originId: string | null;
  readonly createdById: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Pairs that were changed, and the job after which bots answer from them. */
export interface ChangedItems {
  readonly datasourceId: string;
  readonly items: readonly QaItem[];
  readonly job: JobRef;
}

export const QA_LIMITS = {
  items: 10_000,
  itemsAtOnce: 200,
  questionChars: 2_000,
  answerChars: 20_000,
} as const;
