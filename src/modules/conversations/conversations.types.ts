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
/** Who said something. */
export const AUTHORS = ['visitor', 'bot', 'member'] as const;
export type MessageAuthor = (typeof AUTHORS)[number];
export type MessageStatus = 'complete' | 'aborted' | 'error';

/** What a new conversation may say of itself. */
export interface ConversationDraft {
  readonly externalUserId?: string;
  readonly channel?: Channel;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export const CONVERSATION_STATUSES = ['open', 'resolved', 'archived'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

/** Which conversations are meant; all that is given must hold. */
export interface ConversationFilter {
  readonly botId?: string;
  /** Has a message that a search for this finds; see `parseSearch`. */
  readonly q?: string;
  /** Began then or later. */
  readonly from?: Date;
  /** Began before then. */
  readonly to?: Date;
  readonly channel?: Channel;
  readonly externalUserId?: string;
  /** Has an answer that was rated so. */
  readonly rating?: Rating;
  readonly tag?: string;
  readonly status?: ConversationStatus;
  /** `true`: has an answer that was found; `false`: has one that was not. */
  readonly answered?: boolean;
  /** Has an answer of the model of this name, of any provider. */
  readonly model?: string;
  /** Has an answer that cites this source. */
  readonly datasourceId?: string;
  /** As insights sort them; see `ConversationTopics`. */
  readonly topicId?: string;
  /** Whether any of its answers failed. */
  readonly hasError?: boolean;
  readonly minMessages?: number;
  /** All its answers together have cost more than this, in USD. */
  readonly costAbove?: number;
  /** Values of its metadata, as text, by their keys. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** `true`: has messages that this member has not seen; `false`: has none. */
  readonly unread?: { readonly by: string; readonly is: boolean };
  /** A member; `null`: nobody. */
  readonly assigneeId?: string | null;
  /** Whether people answer in place of the bot. */
  readonly handedOver?: boolean;
}

/** How lists with words to look for are ordered. */
export const SORTS = ['time', 'relevance'] as const;
export type Sort = (typeof SORTS)[number];

export const FEEDBACK_REASONS = [
  'wrong',
  'incomplete',
  'outdated',
  'off_topic',
  'unclear',
  'tone',
  'not_answered',
  'helpful',
  'other',
] as const;
export type FeedbackReason = (typeof FEEDBACK_REASONS)[number];

/** A passage that was found: its id (`null` where it is none), its document, its source, and its score from 0 to 1. */
export type FoundPassage = readonly [string | null, string, string, number];

/** A call of a model. */
export interface TracedCall extends AnsweringModel {
  readonly outcome: string;
  /** Of the failure. */
  readonly code: string | null;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
  readonly costUsd: number | null;
}

/** What an answer was made from: ids and numbers, and no text. It is kept with every answer. */
export interface AnswerTrace {
  /** What was retrieved, best first; what tools found comes after. */
  readonly found: readonly FoundPassage[];
  /** Whether retrieval found what was asked about. */
  readonly supported: boolean;
  /** The largest prompt: how many messages, and characters of instructions, messages and sources. */
  readonly prompt: { readonly messages: number; readonly chars: number } | null;
  /** Milliseconds from the question until retrieval had ended. */
  readonly retrievedMs: number | null;
  /** In order, those that failed included. */
  readonly calls: readonly TracedCall[];
}

/** What somebody thinks of an answer. */
export interface FeedbackDraft {
  readonly rating: Rating;
  readonly comment?: string;
  readonly reason?: FeedbackReason;
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
