import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { FileStore } from '#common/storage';
import { ExportsRepository } from './exports.repository.js';
import { fileKey } from './file-key.js';

const EVERY_MS = 600_000;
const FILES_AT_ONCE = 500;

/** Removes files whose time is over, or whose export or workspace has gone. Several processes may do so at once. */
@Injectable()
export class ExportsPurger implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(ExportsPurger.name);
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly exports: ExportsRepository,
    private readonly store: FileStore,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.tenancy
        .runUnbound(() => this.purge())
        .catch((error: unknown) => {
          this.#logger.warn({ err: error }, 'Old exports could not be removed');
        });
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  async purge(): Promise<void> {
    await this.exports.expire();
    await this.removeLeftovers();
  }

  /** Removes the files that belong to no export any more. */
  async removeLeftovers(): Promise<void> {
    for (;;) {
      const files = await this.exports.leftovers(FILES_AT_ONCE);
      for (const id of files) {
        await this.store.remove(fileKey(id));
        await this.exports.forgetLeftover(id);
      }
      if (files.length < FILES_AT_ONCE) return;
    }
  }
}
