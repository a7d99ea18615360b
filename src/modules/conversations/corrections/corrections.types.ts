import type { JobRef } from '#common/jobs';

/** What an answer should have been. */
export interface CorrectionDraft {
  readonly content: string;
  /** The question as the bot is to learn it; the one that was asked when it is left out. */
  readonly question?: string;
}

/** What an answer should have been, as a person says. The answer itself stays as it was given. */
export interface Correction {
  readonly messageId: string;
  readonly question: string;
  readonly content: string;
  /** Null of what was imported: nobody here made it. */
  readonly actorId: string | null;
  /** A member of another workspace, as the imported file names it; empty when it does not. */
  readonly importedAuthor: string | null;
  /** The source and the pair that it was learned as. */
  readonly learnedDatasourceId: string | null;
  readonly learnedItemId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A correction that a bot learns. */
export interface LearnedCorrection {
  readonly correction: Correction;
  readonly job: JobRef;
}
