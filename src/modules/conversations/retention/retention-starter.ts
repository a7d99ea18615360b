import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { JobQueue } from '#common/jobs';
import { DropPastPartitions } from './drop-past-partitions.js';
import { expireHistory } from './expire-history.job.js';
import { HistoryRemovalRepository } from './history-removal.repository.js';

const EVERY_MS = 3_600_000;
/** Starting has enough to do. */
const FIRST_AFTER_MS = 60_000;

/** Has what is too old removed, every hour. Several processes may do so at once: their jobs are twins. */
@Injectable()
export class RetentionStarter implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(RetentionStarter.name);
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly removal: HistoryRemovalRepository,
    private readonly dropPast: DropPastPartitions,
    private readonly jobs: JobQueue,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    const start = (): void => {
      this.start().catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'What is too old could not be looked for');
      });
    };
    this.#timers.push(setTimeout(start, FIRST_AFTER_MS).unref(), setInterval(start, EVERY_MS).unref());
  }

  onModuleDestroy(): void {
    this.#timers.forEach((timer) => {
      clearTimeout(timer);
    });
  }

  /** Drops months of which nothing must stay, and has the rest removed row by row. */
  async start(): Promise<void> {
    await this.tenancy.runUnbound(() => this.dropPast.execute());
    const bots = await this.tenancy.runUnbound(() => this.removal.listForgetful());
    for (const { id: botId, workspaceId } of bots)
      await this.tenancy.run(workspaceId, () => this.jobs.add(expireHistory, { botId }, { workspaceId }));
  }
}
