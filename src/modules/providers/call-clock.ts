import { ProviderTimedOut } from './providers.errors.js';

/** How long a streaming model may take. */
export interface ChatPatience {
  /** From the call to the first words. */
  readonly firstTextMs: number;
  /** From one piece of the answer to the next. */
  readonly betweenMs: number;
  /** From the finish reason to the end of the stream: some servers forget to close it. */
  readonly trailerMs: number;
  /** For everything. */
  readonly totalMs: number;
}

export const CHAT_PATIENCE: ChatPatience = {
  firstTextMs: 30_000,
  betweenMs: 30_000,
  trailerMs: 5_000,
  totalMs: 120_000,
};

/**
 * Aborts its signal when the caller does, with the caller's reason, or when the call takes too long, with
 * `ProviderTimedOut`.
 */
export class CallClock {
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout;
  #silence: NodeJS.Timeout | undefined;
  readonly #onCallerAbort = (): void => this.#controller.abort(this.caller?.reason);

  constructor(
    totalMs: number,
    private readonly caller?: AbortSignal,
  ) {
    this.#total = setTimeout(() => this.#giveUp(), totalMs);
    caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    if (caller?.aborted) this.#onCallerAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The next piece must come within this time. */
  expectWithin(ms: number): void {
    this.expectNothing();
    this.#silence = setTimeout(() => this.#giveUp(), ms);
  }

  /** It is not the model that we wait for. */
  expectNothing(): void {
    clearTimeout(this.#silence);
  }

  /** Lets go of the timers and the caller's signal. */
  release(): void {
    this.expectNothing();
    clearTimeout(this.#total);
    this.caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  #giveUp(): void {
    this.#controller.abort(new ProviderTimedOut());
  }
}
