import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { GaugeDeclaration } from '../../metric-declaration.js';
import type { Reading, Readings } from '../../ports/meter.port.js';

const KEPT_MS = 5_000;
const PATIENCE_MS = 2_000;

/**
 * Readings that are looked up at most every five seconds, however many scrape. While a look-up takes too long nobody
 * starts another one: what is slow already must not be asked more often.
 */
export class KeptReadings {
  readonly #logger = new Logger('Metrics');
  #values?: readonly Reading[];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading?: Promise<void>;
  #isFailing = false;

  constructor(
    private readonly readings: Readings,
    private readonly keptMs: number = KEPT_MS,
    private readonly patienceMs: number = PATIENCE_MS,
  ) {}

  get name(): string {
    return this.readings.name;
  }

  get isLocal(): boolean {
    return this.readings.isLocal ?? false;
  }

  get gauges(): readonly GaugeDeclaration[] {
    return this.readings.gauges;
  }

  /** The values; `undefined` when they cannot be read just now. */
  async get(): Promise<readonly Reading[] | undefined> {
    if (performance.now() - this.#readAtMs < this.keptMs) return this.#values;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    const limit = new AbortController();
    const inTime = await Promise.race([
      this.#reading.then(() => true),
      sleep(this.patienceMs, false, { signal: limit.signal }).catch(() => false),
    ]);
    limit.abort();
    return inTime ? this.#values : undefined;
  }

  async #read(): Promise<void> {
    try {
      this.#values = await this.readings.read();
      this.#isFailing = false;
    } catch (error) {
      this.#values = undefined;
      if (!this.#isFailing) this.#logger.warn({ err: error, readings: this.name }, 'Metrics cannot be read');
      this.#isFailing = true;
    }
    this.#readAtMs = performance.now();
  }
}
