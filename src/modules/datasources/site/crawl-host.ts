import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredHost } from './crawl-hosts.repository.js';
import { RobotsRules } from './robots-rules.js';

/** A server as one turn of a crawl knows it: what it asks for, and when it may be asked again. */
export class CrawlHost {
  #rules: RobotsRules | null = null;
  #robots: string | null = null;
  #tries: number;
  #nextAt: number;
  #isRested = false;

  constructor(
    readonly origin: string,
    private readonly leastDelayMs: number,
    { robots, tries, restMs }: Omit<StoredHost, 'origin'> = { robots: null, tries: 0, restMs: 0 },
  ) {
    this.#tries = tries;
    this.#nextAt = performance.now() + restMs;
    if (robots !== null) this.heed(robots);
  }

  /** Null until its robots.txt was read. */
  get rules(): RobotsRules | null {
    return this.#rules;
  }

  /** How often its robots.txt could not be read. */
  get tries(): number {
    return this.#tries;
  }

  get restMs(): number {
    return Math.max(0, this.#nextAt - performance.now());
  }

  /** Whether it asked to be left alone, so that what was to be asked of it waits. */
  get isResting(): boolean {
    return this.#isRested && this.restMs > 0;
  }

  get stored(): StoredHost {
    return { origin: this.origin, robots: this.#robots, tries: this.#tries, restMs: this.restMs };
  }

  heed(robots: string): void {
    this.#robots = robots;
    this.#rules = new RobotsRules(this.origin, robots);
  }

  fail(restMs: number): void {
    this.#tries += 1;
    this.rest(restMs);
  }

  /** Leaves it alone for so long. */
  rest(restMs: number): void {
    this.#isRested = true;
    this.#nextAt = Math.max(this.#nextAt, performance.now() + restMs);
  }

  /**
   * Waits for the next moment at which it may be asked, and takes it.
   *
   * @returns false when that is further away than `patienceMs`.
   */
  async comeBy(patienceMs: number, signal: AbortSignal): Promise<boolean> {
    const waitMs = this.restMs;
    if (waitMs > patienceMs) return false;
    this.#nextAt = performance.now() + waitMs + Math.max(this.leastDelayMs, this.#rules?.delayMs ?? 0);
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    return true;
  }
}
