import type { Page } from '#common/database';

export const GAP_STATES = ['open', 'accepted', 'fixed', 'dismissed'] as const;
export type GapState = (typeof GAP_STATES)[number];

/** What was done about a gap. */
export interface GapFix {
  /** An answer that stands in a source of questions and answers, or a source that was there. */
  readonly kind: 'answer' | 'source';
  readonly datasourceId: string;
}

/** How often, and by how many signals, people went without an answer. */
export interface GapSignals {
  /** Nothing in the sources supported an answer. */
  readonly notFound: number;
  readonly refused: number;
  readonly ratedDown: number;
  readonly rephrased: number;
  readonly handedOver: number;
}

/** Questions with a complete answer, and how many were answered. */
export interface AnsweredShare {
  readonly completed: number;
  readonly answered: number;
}

/** Something that people ask and the bot does not answer. */
export interface Gap {
  readonly id: string;
  readonly state: GapState;
  /** The phrasing that stands for it. */
  readonly question: string;
  readonly questionId: string;
  readonly topicId: string | null;
  /** People who went without an answer: by this gaps are ranked. */
  readonly users: number;
  /** Times that somebody went without an answer. */
  readonly times: number;
  readonly signals: GapSignals;
  readonly lastAskedAt: Date | null;
  readonly fix: GapFix | null;
  readonly fixedAt: Date | null;
  /** Until it was fixed; until now where it was not. */
  readonly before: AnsweredShare;
  /** Since it was fixed. */
  readonly after: AnsweredShare;
}

/** A passage that came close to an answer. */
export interface NearPassage {
  readonly datasourceId: string;
  readonly documentId: string;
  readonly title: string;
  readonly score: number;
}

export interface ReplayedQuestion {
  readonly question: string;
  readonly answered: boolean;
  readonly answer: string;
  /** Why there is none. */
  readonly error: string | null;
}

/** The questions of a gap, asked again. */
export interface Replay {
  readonly id: string;
  readonly asked: number;
  readonly answered: number;
  readonly answers: readonly ReplayedQuestion[];
  readonly createdAt: Date;
}

/** A gap with what helps to decide about it. */
export interface GapDetail {
  readonly gap: Gap;
  readonly phrasings: readonly string[];
  readonly conversationIds: readonly string[];
  readonly nearest: readonly NearPassage[];
  /** Newest first. */
  readonly replays: readonly Replay[];
}

/** What the team does about a gap: an answer, or a source that has it. */
export interface GapFixDraft {
  /** The question as the answer's source has it; that of the gap where it is left out. */
  readonly question?: string;
  readonly answer?: string;
  readonly datasourceId?: string;
}

export type GapPage = Page<Gap>;
