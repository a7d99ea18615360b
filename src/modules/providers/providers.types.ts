import type { ModelAbilities, ModelPrice } from './catalogue/model-catalogue.js';

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

/** Tokens of one call, as the provider counted them. What it did not tell is left out. */
export interface ModelUsage {
  /** Cached ones included. */
  readonly inputTokens: number;
  readonly cachedInputTokens?: number;
  /** Reasoning included. */
  readonly outputTokens: number;
  readonly reasoningTokens?: number;
}

/** How a call of a model ended. */
export type CallOutcome = 'answered' | 'failed' | 'aborted';

/** What a model was asked for. */
export const CALL_KINDS = ['chat', 'embedding', 'rerank'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** One call of a model, from the request to the end of its answer. */
export interface ModelCall extends ModelRef {
  readonly kind: CallKind;
  /** `null`: the installation's own. */
  readonly credentialId: string | null;
  /** Which try of the turn it was, from 1. */
  readonly attempt: number;
  readonly startedAt: Date;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
  readonly outcome: CallOutcome;
  /** Code of the failure. */
  readonly code: string | null;
  readonly usage: ModelUsage | null;
  /** By which it was counted; frozen. */
  readonly price: ModelPrice | null;
  /** `null` when tokens or price are unknown. */
  readonly costUsd: number | null;
}

/** A model that can be chosen. */
export interface ListedModel extends ModelRef {
  /** Whether the workspace, or this installation, has what the provider needs. */
  readonly configured: boolean;
  /** Whether the workspace has said something of it. */
  readonly isOwn: boolean;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly abilities: ModelAbilities | null;
  readonly price: ModelPrice | null;
}

/** A model that a workspace embeds its texts with. */
export interface EmbeddingChoice extends ModelRef {
  /** Stored with each vector; vectors of different ids never mix. */
  readonly id: string;
  /** `null`: the installation's own account. */
  readonly credentialId: string | null;
  /** Length of each vector. */
  readonly dimensions: number;
  /** Whether the model would give others by itself, and is asked for vectors of this length. */
  readonly isShortened: boolean;
}

/** How a workspace would like to embed. */
export interface EmbeddingWish extends ModelRef {
  /** By default the credential that is tried first, or else the installation's own account. */
  readonly credentialId?: string | undefined;
  /** By default what the model gives. */
  readonly dimensions?: number | undefined;
}

/** Injection token of the chat models that the installation's own keys reach, by provider. */
export const INSTALLATION_MODELS = Symbol('INSTALLATION_MODELS');

/** Injection token of every `EmbeddingModel` that this installation can use, by the name in `EMBEDDINGS`. */
export const EMBEDDING_MODELS = Symbol('EMBEDDING_MODELS');
