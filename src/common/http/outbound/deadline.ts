/** Why a `Deadline` ended what it watched. */
export class DeadlinePassed extends Error {
  readonly code = 'OUTBOUND_DEADLINE';
  constructor(timeoutMs: number) {
    super(`Nothing came within ${timeoutMs} ms.`);
  }
}

/** Aborts its signal when the time is up or when the caller aborts, whichever is first. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #onCallerAbort = (): void => {
    this.#controller.abort(reasonOf(this.#caller));
  };

  constructor(timeoutMs: number, caller?: AbortSignal) {
    this.#caller = caller;
    this.#timer = setTimeout(() => this.#controller.abort(new DeadlinePassed(timeoutMs)), timeoutMs);
    caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    if (caller?.aborted) {
      this.#onCallerAbort();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the work answers, or the reason of the abort as soon as there is one. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
      if (signal.aborted) {
        onAbort();
      }
    });
  }

  /** No time limit from here on; the caller can still abort. */
  stopClock(): void {
    clearTimeout(this.#timer);
  }

  /** Lets go of the timer and the caller's signal. */
  release(): void {
    this.stopClock();
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }
}

// Streams can only be ended with an object.
function reasonOf(signal: AbortSignal | undefined): unknown {
  const reason: unknown = signal?.reason;
  return typeof reason === 'object' && reason !== null
    ? reason
    : new DOMException('The request was aborted.', 'AbortError');
}
