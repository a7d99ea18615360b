import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { FileStore } from '#common/storage';
import { ImportFilesRepository } from './import-files.repository.js';
import { ImportsRepository } from './imports.repository.js';

const EVERY_MS = 3_600_000;

/** Removes files and imports whose time is over. Several processes may do so at once. */
@Injectable()
export class ImportFilesPurger implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(ImportFilesPurger.name);
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly files: ImportFilesRepository,
    private readonly imports: ImportsRepository,
    private readonly store: FileStore,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.tenancy
        .runUnbound(() => this.purge())
        .catch((error: unknown) => {
          this.#logger.warn({ err: error }, 'Old files could not be removed');
        });
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  async purge(): Promise<void> {
    await this.imports.forgetOld();
    // The row goes last: it is what remembers that there is a file.
    for (const id of await this.files.expired()) {
      await this.store.remove(id);
      await this.files.forget(id);
    }
  }
}
