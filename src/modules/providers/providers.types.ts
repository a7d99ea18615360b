import type { ChatModel } from './ports/chat-model.port.js';

/** A model as a bot names it. */
export interface ModelRef {
  readonly provider: string;
  readonly name: string;
}

/** One try that failed before the first text. */
export interface FailedAttempt extends ModelRef {
  /** Code of the `ProviderFailure`, or `providers.unknown_model`. */
  readonly code: string;
}

/** Tokens of one call, as the provider counted them. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model that can be chosen. */
export interface ListedModel extends ModelRef {
  /** Whether this installation has what the provider needs. */
  readonly configured: boolean;
}

/** A provider of chat models, as this installation has it. */
export interface ChatProvider {
  readonly provider: string;
  /** Models worth showing; the first is the usual choice. */
  readonly modelNames: readonly string[];
  /** Whether names beside these may be chosen too. */
  readonly takesOtherNames: boolean;
  /** `null` when the provider's key and address are missing. */
  readonly model: ChatModel | null;
}

/** Injection token of every `ChatProvider`. */
export const CHAT_PROVIDERS = Symbol('CHAT_PROVIDERS');

/** Injection token of every `EmbeddingModel` that this installation can use, by the name in `EMBEDDINGS`. */
export const EMBEDDING_MODELS = Symbol('EMBEDDING_MODELS');
