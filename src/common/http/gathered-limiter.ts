import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';

const GATHER_MS = 50;
/** From this part of the limit on, each call asks before it passes. */
const EXACT_FROM = 0.8;
const FORGET_EVERY_MS = 10_000;

/** What is known of one key. */
interface Count {
  /** All processes' calls, as last told. */
  known: number;
  /** Calls that passed here and that the shared counter has not been told of. */
  untold: number;
  /** By the clock that nobody sets; the count begins anew then. */
  endsAtMs: number;
}

/**
 * Counts in a shared store without a trip to it for each call: as long as a key is far from its limit, calls pass at
 * once and are told of together a moment later. Near the limit each call asks first, so that the limit is kept. Several
 * processes together may overrun it by what passes through them in that moment.
 */
export class GatheredLimiter {
  readonly #counts = new Map<string, Count>();
  #timer?: NodeJS.Timeout;
  #forgetAtMs = 0;

  constructor(
    private readonly shared: RateLimiterAbstract,
    private readonly gatherMs = GATHER_MS,
  ) {}

  /** @throws RateLimiterRes when the key has used up its calls. */
  async consume(key: string): Promise<void> {
    const count = this.#counts.get(key);
    const isFar =
      count !== undefined &&
      performance.now() < count.endsAtMs &&
      count.known + count.untold < Math.floor(this.shared.points * EXACT_FROM);
    if (!isFar) return this.#ask(key, 1);
    count.untold += 1;
    this.#timer ??= setTimeout(() => void this.tell(), this.gatherMs).unref();
  }

  /** Tells the store of the calls that have passed. */
  async tell(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#forget();
    const untold = [...this.#counts].filter(([, count]) => count.untold > 0);
    await Promise.all(untold.map(([key]) => this.#ask(key, 0).catch(() => undefined)));
  }

  /** Counts calls in the store, with those that it has not been told of. */
  async #ask(key: string, calls: number): Promise<void> {
    const told = this.#counts.get(key)?.untold ?? 0;
    const count = this.#counts.get(key);
    if (count) count.untold = 0;
    try {
      this.#learn(key, await this.shared.consume(key, calls + told));
    } catch (error) {
      if (error instanceof RateLimiterRes) this.#learn(key, error);
      throw error;
    }
  }

  #learn(key: string, { consumedPoints, msBeforeNext }: RateLimiterRes): void {
    const untold = this.#counts.get(key)?.untold ?? 0;
    const endsAtMs = performance.now() + Math.max(0, msBeforeNext);
    this.#counts.set(key, { known: consumedPoints, untold, endsAtMs });
  }

  #forget(): void {
    const now = performance.now();
    if (now < this.#forgetAtMs) return;
    this.#forgetAtMs = now + FORGET_EVERY_MS;
    for (const [key, count] of this.#counts) {
      if (count.endsAtMs < now && count.untold === 0) this.#counts.delete(key);
    }
  }
}
