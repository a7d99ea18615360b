import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#common/time';
import { HistoryPartitions } from '../partitions/history-partitions.js';
import { MUST_STAY } from './history-removal.repository.js';

const A_DAY_MS = 86_400_000;

/** Drops months of which nothing must stay, of any bot: in a moment, whatever they hold. */
@Injectable()
export class DropPastPartitions {
  readonly #logger = new Logger(DropPastPartitions.name);

  constructor(
    private readonly partitions: HistoryPartitions,
    private readonly clock: Clock,
  ) {}

  /** @returns how many were dropped. */
  async execute(): Promise<number> {
    let dropped = 0;
    for (const name of await this.partitions.listPast(new Date(this.clock.now().getTime() - A_DAY_MS))) {
      if (await this.partitions.holdsAny(name, MUST_STAY, [])) continue;
      try {
        await this.partitions.drop(name);
        dropped += 1;
      } catch (error) {
        // Its rows are removed one by one meanwhile, and it is tried again.
        this.#logger.warn({ err: error, partition: name }, 'A partition of messages could not be dropped');
      }
    }
    return dropped;
  }
}
