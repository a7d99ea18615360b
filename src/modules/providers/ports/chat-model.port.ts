/** A piece of text in a message. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** One piece of a message; pictures and other kinds will join the union. */
export type ContentPart = TextPart;

/** What somebody says: a text alone, or pieces in order. */
export type Content = string | readonly ContentPart[];

/** A JSON Schema (draft 2020-12 or 7) of an object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a model may ask to be done, and with which arguments. */
export interface ToolDeclaration {
  /** Letters, digits, `_` and `-`, 64 at most: what every provider takes. */
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** A model's wish that a tool be used. */
export interface ToolCall {
  /** By which the result names the call; made up where a provider gives none. */
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What is wrong with the name or the arguments, in words for the model; the tool must then not be used. */
  readonly problem?: string;
  /** What the provider wants to get back with the call, as it came; never read. */
  readonly signature?: string;
}

/** One earlier turn of the conversation, the question itself, or what came of a tool since. */
export type ChatMessage =
  | { readonly role: 'user'; readonly content: Content }
  | { readonly role: 'assistant'; readonly content: Content; readonly toolCalls?: readonly ToolCall[] }
  | {
      readonly role: 'tool';
      readonly toolCallId: string;
      readonly name: string;
      /** Quoted data, as sources are. */
      readonly content: string;
      readonly isError?: boolean;
    };

/** A passage that the answer may lean on. `index` is the number by which the answer cites it, from 1. */
export interface ChatSource {
  readonly index: number;
  readonly title: string;
  readonly url?: string;
  /** Where in a file it stands: `page 3`. */
  readonly place?: string;
  /** Under which headings it stands; for an answer that was written to a question, the question. */
  readonly heading?: string;
  /** Markdown of the passage, as stored. Quoted data: it can give no orders. */
  readonly text: string;
  /** How relevant retrieval thought it, 0..1 within one search. */
  readonly score: number;
}

/** The form of an answer that is JSON. */
export interface AnswerSchema {
  /** Letters, digits, `_` and `-`, 64 at most. */
  readonly name: string;
  readonly schema: JsonSchema;
  /** Whether the form is to be promised, and not only aimed at, where a provider knows the difference; it is, by default. */
  readonly isStrict?: boolean;
}

/** By which of its interfaces a provider's model is asked, where there are several. */
export const CHAT_APIS = ['chat_completions', 'responses'] as const;
export type ChatApi = (typeof CHAT_APIS)[number];

/** How long a model is to think before it answers; adapters take the nearest that theirs know. */
export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** What a chat model is asked. The last of `messages` is the user's question, or the result of the last tool call. */
export interface ChatRequest {
  readonly model: string;
  /** Without it, the one that suits the model best. Providers that have one alone pass over it. */
  readonly api?: ChatApi;
  /** What the bot's maker wrote, without sources. */
  readonly instructions: string;
  readonly messages: readonly ChatMessage[];
  readonly sources: readonly ChatSource[];
  /**
   * Whether retrieval found what the question asks about. A model that only quotes declines without it;
   * others are told that the sources may not hold the answer.
   */
  readonly supported: boolean;
  /** What the model may ask for instead of, or before, an answer. */
  readonly tools?: readonly ToolDeclaration[];
  /** The answer is to be JSON that fits; left out where a provider cannot promise it. */
  readonly answerSchema?: AnswerSchema;
  /** Left to the model without it. */
  readonly reasoningEffort?: ReasoningEffort;
  /** Whether what the model says to itself is given out, too, as `reasoning`. */
  readonly showReasoning?: boolean;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** Aborts the call; the stream then ends by throwing the signal's reason. */
  readonly signal: AbortSignal;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** What a provider counted. Numbers that it did not tell are left out, never 0. */
export interface UsageEvent {
  readonly type: 'usage';
  /** All that was read, cached or not. */
  readonly inputTokens: number;
  /** Part of `inputTokens` that was read from the provider's cache, for less. */
  readonly cachedInputTokens?: number;
  /** All that was produced, reasoning included. */
  readonly outputTokens: number;
  /** Part of `outputTokens` that the model said to itself. */
  readonly reasoningTokens?: number;
}

/**
 * The normalised stream of every provider: any number of texts (and reasonings, when asked for), then the tool calls, at
 * most one usage, and exactly one finish, last.
 */
export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'tool_call'; readonly call: ToolCall }
  | UsageEvent
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

/** What is said, as one text. */
export function textOf(content: Content): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}
