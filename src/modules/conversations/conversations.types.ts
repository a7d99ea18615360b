import type { AnswerSchema, ReasoningEffort } from '#modules/providers';

/** Channels that a caller may name when it opens a conversation. */
export const NAMEABLE_CHANNELS = ['api', 'playground'] as const;
export type NameableChannel = (typeof NAMEABLE_CHANNELS)[number];

/** Where a conversation is held; `openai` is the OpenAI-compatible endpoint. */
export const CHANNELS = [...NAMEABLE_CHANNELS, 'openai'] as const;
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

/** A tool that the model used, and what came of it. */
export interface ToolUse {
  /** By which the model names it. */
  readonly callId: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What the model was told. */
  readonly content: string;
  readonly durationMs: number;
  /** Why it failed, in words; null when it did not. */
  readonly error: string | null;
}

/** Something said earlier, as a model is told of it. */
export interface EarlierMessage {
  readonly role: MessageRole;
  readonly content: string;
}

/** What an answer is to be like, where that is not the bot's to decide. */
export interface AnswerWishes {
  /** The answer is to be JSON of this form. */
  readonly answerSchema?: AnswerSchema;
  /** In place of what the bot has. */
  readonly reasoningEffort?: ReasoningEffort;
}

/** What may come with a question. */
export interface TurnOptions extends AnswerWishes {
  /** What was said before in the caller's own records; it counts where nothing was said here. */
  readonly earlier?: readonly EarlierMessage[];
}
