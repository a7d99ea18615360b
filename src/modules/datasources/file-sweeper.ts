import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { SweepFiles } from './use-cases/sweep-files.js';

const EVERY_MS = 3_600_000;

/** Sweeps the file storage now and then. Several processes may do so at once. */
@Injectable()
export class FileSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(FileSweeper.name);
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly sweep: SweepFiles,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.tenancy
        .runUnbound(() => this.sweep.execute())
        .catch((error: unknown) => {
          this.#logger.warn({ err: error }, 'Files without a source could not be removed');
        });
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }
}
