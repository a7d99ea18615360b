import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { HistoryPartitions } from './history-partitions.js';

const EVERY_MS = 6 * 3_600_000;
/** Starting has enough to do. */
const FIRST_AFTER_MS = 5_000;

/** Has the months ready that messages will soon be written to. Several processes may do so at once. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(PartitionKeeper.name);
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly partitions: HistoryPartitions,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    const prepare = (): void => {
      this.tenancy
        .runUnbound(() => this.partitions.prepare())
        .catch((error: unknown) => {
          this.#logger.warn({ err: error }, 'Partitions of messages could not be made ready');
        });
    };
    this.#timers.push(setTimeout(prepare, FIRST_AFTER_MS).unref(), setInterval(prepare, EVERY_MS).unref());
  }

  onModuleDestroy(): void {
    this.#timers.forEach((timer) => {
      clearTimeout(timer);
    });
  }
}
