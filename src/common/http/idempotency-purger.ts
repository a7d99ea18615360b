import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { IdempotencyRepository } from './idempotency.repository.js';

const EVERY_MS = 3_600_000;

/** Forgets keys that are more than a day old. Several processes may do so at once. */
@Injectable()
export class IdempotencyPurger implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(IdempotencyPurger.name);
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly calls: IdempotencyRepository,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.tenancy
        .runUnbound(() => this.calls.purge())
        .catch((error: unknown) => {
          this.#logger.warn({ err: error }, 'Old idempotency keys could not be removed');
        });
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }
}
