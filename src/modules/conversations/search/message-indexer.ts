import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { defineGauge, Meter, type Reading, type Readings } from '#common/telemetry';
import { IndexMessages } from './index-messages.js';
import { MessageSearchRepository } from './message-search.repository.js';
import { RenewPlaces } from './renew-places.js';

const EVERY_MS = 1_000;

const waiting = defineGauge({
  name: 'colloquy_search_waiting',
  help: 'Messages that cannot be searched yet. Of the whole installation.',
  labels: [],
});

const oldest = defineGauge({
  name: 'colloquy_search_oldest_seconds',
  help: 'For how long the oldest message that cannot be searched yet has been there; 0 when there is none. Of the whole installation.',
  labels: [],
});

/** Indexes what was said, a second later at most, and shows among the metrics how far behind it is. */
@Injectable()
export class MessageIndexer implements OnApplicationBootstrap, OnModuleDestroy, Readings {
  readonly name = 'search';
  readonly gauges = [waiting, oldest];
  readonly #logger = new Logger(MessageIndexer.name);
  #timer?: NodeJS.Timeout;
  #current?: Promise<void>;
  #isStopped = false;
  #isFailing = false;

  constructor(
    private readonly indexing: IndexMessages,
    private readonly renewing: RenewPlaces,
    private readonly repository: MessageSearchRepository,
    private readonly tenancy: Tenancy,
    private readonly meter: Meter,
  ) {}

  onApplicationBootstrap(): void {
    this.meter.register(this);
    this.#timer = setInterval(() => {
      this.#current ??= this.#index().finally(() => {
        this.#current = undefined;
      });
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#current;
  }

  async read(): Promise<readonly Reading[]> {
    const { count, oldestSeconds } = await this.repository.countWaiting();
    return [
      { gauge: waiting, value: count },
      { gauge: oldest, value: oldestSeconds },
    ];
  }

  async #index(): Promise<void> {
    try {
      const isStopped = (): boolean => this.#isStopped;
      await this.tenancy.runUnbound(async () => {
        await this.indexing.execute(isStopped);
        await this.renewing.execute(isStopped);
      });
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#logger.warn({ err: error }, 'Messages could not be indexed; going on trying');
      this.#isFailing = true;
    }
  }
}
