export const CHANNELS = ['api', 'playground'] as const;
export type Channel = (typeof CHANNELS)[number];

export const RATINGS = ['up', 'down'] as const;
export type Rating = (typeof RATINGS)[number];

export type MessageRole = 'user' | 'assistant' | 'tool';
export type MessageStatus = 'complete' | 'aborted' | 'error';

/** What a new conversation may say of itself. */
export interface ConversationDraft {
  readonly externalUserId?: string;
  readonly channel?: Channel;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Which conversations a list shows; all that is given must hold. */
export interface ConversationFilter {
  readonly botId?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly channel?: Channel;
  readonly externalUserId?: string;
  /** Has an answer that was rated so. */
  readonly rating?: Rating;
  /** `true`: has an answer that was found; `false`: has one that was not. */
  readonly answered?: boolean;
}

/** What somebody thinks of an answer. */
export interface FeedbackDraft {
  readonly rating: Rating;
  readonly comment?: string;
}

/** Why an answer failed; safe to show. */
export interface AnswerError {
  readonly code: string;
  readonly message: string;
}

/** The model that answered. */
export interface AnsweringModel {
  readonly provider: string;
  readonly name: string;
}

/** A model that was asked in vain. */
export interface FailedAttempt extends AnsweringModel {
  readonly code: string;
}
