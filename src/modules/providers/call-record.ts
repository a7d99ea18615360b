import { DomainError } from '#common/errors';
import { costOf } from './cost.js';
import type { ModelRoute } from './model-access.js';
import type { ChatEvent } from './ports/chat-model.port.js';
import type { CallKind, CallOutcome, ModelCall, ModelUsage } from './providers.types.js';

/** Writes down one call of a model while it goes on. */
export class CallRecord {
  readonly #startedAt = new Date();
  readonly #begun = performance.now();
  #firstTokenMs: number | null = null;
  #usage: ModelUsage | null = null;
  #isOver = false;

  /** @param attempt which try of the answer it is, from 1. */
  constructor(
    private readonly route: Pick<ModelRoute, 'ref' | 'credentialId' | 'facts'>,
    private readonly attempt: number,
    private readonly onEnd: (call: ModelCall, failure: unknown) => void,
    private readonly kind: CallKind = 'chat',
  ) {}

  note(event: ChatEvent): void {
    if (event.type === 'text' || event.type === 'reasoning') this.#firstTokenMs ??= this.#elapsedMs();
    if (event.type === 'usage') this.#usage = usageOf(event);
  }

  answered(): void {
    this.#end('answered');
  }

  /** Nobody waits for it any more; what comes after the first end counts no more. */
  abandoned(): void {
    this.#end('aborted');
  }

  /** @param isAborted whether it ended because its caller wanted it to. */
  failed(failure: unknown, isAborted: boolean): void {
    if (isAborted) this.#end('aborted');
    else this.#end('failed', failure);
  }

  #end(outcome: CallOutcome, failure?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { ref, credentialId, facts } = this.route;
    const price = facts?.price ?? null;
    const code = outcome === 'failed' ? codeOf(failure) : null;
    const call = {
      kind: this.kind,
      ...{ provider: ref.provider, name: ref.name, credentialId, attempt: this.attempt },
      ...{ startedAt: this.#startedAt, latencyMs: this.#elapsedMs(), firstTokenMs: this.#firstTokenMs },
      ...{ outcome, code, usage: this.#usage, price, costUsd: costOf(price, this.#usage) },
    };
    this.onEnd(call, failure);
  }

  #elapsedMs(): number {
    return Math.round(performance.now() - this.#begun);
  }
}

/** What servers report is theirs to say, but it has to be a number of tokens, and to fit into its column. */
const MOST_TOKENS = 1_000_000_000;

function usageOf({ inputTokens, outputTokens, ...more }: Extract<ChatEvent, { type: 'usage' }>): ModelUsage {
  const { cachedInputTokens, reasoningTokens } = more;
  return {
    inputTokens: bounded(inputTokens),
    outputTokens: bounded(outputTokens),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens: bounded(cachedInputTokens) }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens: bounded(reasoningTokens) }),
  };
}

function bounded(tokens: number): number {
  return Math.min(MOST_TOKENS, Math.max(0, Math.trunc(tokens) || 0));
}

function codeOf(failure: unknown): string {
  return failure instanceof DomainError ? failure.code : 'internal';
}
