import { setTimeout as sleep } from 'node:timers/promises';
import { handlingOf } from './failure-handling.js';
import { ProviderFailure } from './providers.errors.js';

/** When a call that failed is worth making again, and after what pause. */
export interface RetryOptions {
  /** Tries after the first one. */
  readonly maxRetries: number;
  /** Upper end of the pause before the first retry; it doubles with each one. */
  readonly firstPauseMs: number;
  /** No pause is longer; a provider that asks for more is not tried again. */
  readonly maxPauseMs: number;
  /** No retry begins later than this after the first try, so that silent servers do not add up. */
  readonly maxElapsedMs: number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

const defaults: RetryOptions = {
  maxRetries: 2,
  firstPauseMs: 500,
  maxPauseMs: 10_000,
  maxElapsedMs: 20_000,
  random: Math.random,
};

/** The one place that decides about retries: exponential backoff with full jitter, `retry-after` honoured. */
export class RetryPolicy {
  readonly #options: RetryOptions;

  constructor(options: Partial<RetryOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /** The tries that one call is entitled to. */
  begin(): Tries {
    return new Tries(this.#options);
  }

  /**
   * What `call` answers, tried again as long as it is worth it.
   *
   * @throws what the last try threw, or the signal's reason when it aborts during a pause.
   */
  async run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const tries = this.begin();
    for (;;) {
      try {
        return await call();
      } catch (failure) {
        if (!(await tries.again(failure, signal))) throw failure;
      }
    }
  }
}

/** Counts the tries of one call. */
export class Tries {
  readonly #startedAtMs = performance.now();
  #retries = 0;

  constructor(private readonly options: RetryOptions) {}

  /**
   * Whether to try again after this failure; waits as long as it takes until then.
   *
   * @throws the signal's reason when it aborts during the pause.
   */
  async again(failure: unknown, signal?: AbortSignal): Promise<boolean> {
    const pauseMs = this.#pauseAfter(failure);
    if (pauseMs === null) return false;
    this.#retries += 1;
    await pause(pauseMs, signal);
    return true;
  }

  #pauseAfter(failure: unknown): number | null {
    const { maxRetries, firstPauseMs, maxPauseMs, maxElapsedMs, random } = this.options;
    if (!(failure instanceof ProviderFailure) || !handlingOf(failure).retry || this.#retries >= maxRetries)
      return null;
    const askedMs = (failure.details.retryAfterSeconds ?? 0) * 1_000;
    const jitterMs = random() * Math.min(maxPauseMs, firstPauseMs * 2 ** this.#retries);
    const pauseMs = Math.max(askedMs, jitterMs);
    const elapsedMs = performance.now() - this.#startedAtMs;
    return pauseMs > maxPauseMs || elapsedMs + pauseMs > maxElapsedMs ? null : pauseMs;
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (interruption) {
    signal?.throwIfAborted();
    throw interruption;
  }
}
