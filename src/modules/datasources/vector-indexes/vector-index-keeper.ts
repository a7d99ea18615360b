import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy, UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { indexVectors } from '../jobs/index-vectors.job.js';
import { VectorIndexesRepository } from './vector-indexes.repository.js';

const EVERY_MS = 10 * 60_000;
/** Starting has enough to do. */
const FIRST_AFTER_MS = 30_000;

/** Looks now and then for workspaces that have grown large or small. Several processes may do so at once. */
@Injectable()
export class VectorIndexKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(VectorIndexKeeper.name);
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly indexes: VectorIndexesRepository,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.indexes.isPossible) return;
    const look = (): void => {
      this.look().catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'Indexes of vectors could not be looked after');
      });
    };
    this.#timers.push(setTimeout(look, FIRST_AFTER_MS).unref(), setInterval(look, EVERY_MS).unref());
  }

  onModuleDestroy(): void {
    this.#timers.forEach((timer) => {
      clearTimeout(timer);
    });
  }

  async look(): Promise<void> {
    const unsettled = await this.tenancy.runUnbound(async () => {
      await this.indexes.dropOrphans();
      return this.indexes.unsettled();
    });
    for (const { workspaceId, model } of unsettled) {
      await this.tenancy.run(workspaceId, () =>
        this.unitOfWork.run(() => this.jobs.add(indexVectors, { model }, { workspaceId })),
      );
    }
  }
}
