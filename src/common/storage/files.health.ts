import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { BucketConfig } from '#config';
import { type HealthIndicator, HealthService } from '#common/health';
import { FileStore } from './ports/file-store.port.js';

/** Whoever asks how the process is may ask often; the bucket is asked once in this time. */
const FRESH_MS = 10_000;

/** Whether the bucket can be reached. Bots answer without it; only what needs a file has to wait. */
@Injectable()
export class FilesHealth implements HealthIndicator, OnModuleInit {
  readonly name = 'files';
  readonly isDispensable = true;
  readonly #logger = new Logger(FilesHealth.name);
  #last: { readonly at: number; readonly answer: Promise<void> } | undefined;

  constructor(
    private readonly health: HealthService,
    private readonly store: FileStore,
    private readonly bucket: BucketConfig,
  ) {}

  onModuleInit(): void {
    if (this.bucket.name !== undefined) this.health.register(this);
  }

  check(): Promise<void> {
    const now = performance.now();
    if (!this.#last || now - this.#last.at > FRESH_MS) this.#last = { at: now, answer: this.#ask() };
    return this.#last.answer;
  }

  async #ask(): Promise<void> {
    try {
      await this.store.assertReachable();
    } catch (error) {
      this.#logger.warn({ err: error }, 'The bucket of files cannot be used');
      throw error;
    }
  }
}
