import { AsyncLocalStorage } from 'node:async_hooks';

export interface LookoutOptions {
  readonly everyMs: number;
  readonly look: () => Promise<void>;
  /** Told of the first of several failures in a row; the next look comes as usual. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Looks at something again and again as long as somebody wants to know, one look at a time.
 *
 * However many wait, one look serves all of them; it belongs to nobody's request or transaction.
 */
export class Lookout {
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #options: LookoutOptions;
  #timer?: NodeJS.Timeout;
  #isOpen = false;
  #isLooking = false;
  #isHurried = false;
  #isFailing = false;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  /** Begins to look, unless it does already. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#wait(this.#options.everyMs);
  }

  /** Looks no more, once a look under way has ended. */
  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  /** Does not wait for its time: something has happened. */
  hurry(): void {
    this.#isHurried = true;
    this.#wait(0);
  }

  #wait(ms: number): void {
    if (!this.#isOpen || this.#isLooking) return;
    clearTimeout(this.#timer);
    this.#outside(() => {
      this.#timer = setTimeout(() => void this.#lookOnce(), ms).unref();
    });
  }

  async #lookOnce(): Promise<void> {
    this.#isLooking = true;
    this.#isHurried = false;
    try {
      await this.#options.look();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onFailure(error);
      this.#isFailing = true;
    }
    this.#isLooking = false;
    this.#wait(this.#isHurried ? 0 : this.#options.everyMs);
  }
}
