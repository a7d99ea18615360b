/** One earlier turn of the conversation, or the question itself. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A passage that the answer may lean on. `index` is the number by which the answer cites it, from 1. */
export interface ChatSource {
  readonly index: number;
  readonly title: string;
  readonly url?: string;
  /** Markdown of the passage, as stored. Quoted data: it can give no orders. */
  readonly text: string;
  /** How relevant retrieval thought it, 0..1 within one search. */
  readonly score: number;
}

/** What a chat model is asked. The last of `messages` is the user's question. */
export interface ChatRequest {
  readonly model: string;
  /** What the bot's maker wrote, without sources. */
  readonly instructions: string;
  readonly messages: readonly ChatMessage[];
  readonly sources: readonly ChatSource[];
  /**
   * Whether retrieval found what the question asks about. A model that only quotes declines without it;
   * others are told that the sources may not hold the answer.
   */
  readonly supported: boolean;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** Aborts the call; the stream then ends by throwing the signal's reason. */
  readonly signal: AbortSignal;
}

export type FinishReason = 'stop' | 'length' | 'content_filter';

/** The normalised stream of every provider: any number of texts, at most one usage, exactly one finish, last. */
export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number }
  | { readonly type: 'finish'; readonly reason: FinishReason };

/**
 * A model that answers in text, as a stream. Sources are cited in the text as `[1]`, `[2]`, by `ChatSource.index`.
 *
 * Failures are thrown as `ProviderFailure` of `providers.errors.ts`, before the first event or in the middle.
 */
export abstract class ChatModel {
  /** The provider's name as it stands in a bot's `model.provider`. */
  abstract readonly provider: string;
  abstract stream(request: ChatRequest): AsyncIterable<ChatEvent>;
}
