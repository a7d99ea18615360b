import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway, UnitOfWork } from '#common/database';
import { Clock } from '#common/time';
import { HistoryPartitionsRepository } from './history-partitions.repository.js';
import { monthOf, monthsBetween } from './month.js';

/** Months that are ready before anybody needs them. */
const MONTHS_AHEAD = 2;
const MONTHS_AT_ONCE = 24;
/** A file decides which months it fills, so it must not make any number of partitions. */
const MONTHS_BACK = 120;
const ROWS_AT_ONCE = 5_000;

/** Makes and removes the partitions of messages. Whatever fails here is tried again, and keeps no turn from going on. */
@Injectable()
export class HistoryPartitions {
  readonly #logger = new Logger(HistoryPartitions.name);

  constructor(
    private readonly repository: HistoryPartitionsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** The months to come, and those that rows lie elsewhere of. */
  async prepare(): Promise<void> {
    const now = this.clock.now();
    const ahead = Array.from({ length: MONTHS_AHEAD + 1 }, (_, later) => monthOf(now, later));
    const elsewhere = await this.repository.monthsElsewhere(MONTHS_AT_ONCE);
    await this.#add([...new Set([...ahead, ...elsewhere])]);
    await this.#checkReferences();
  }

  /** Months that somebody is about to fill, such as an import of old conversations. */
  async makeReadyFor(from: Date, to: Date): Promise<void> {
    await this.#add(monthsBetween(from, to));
  }

  /** The months of these times; very old ones may lie among the others. */
  async makeReadyAt(times: readonly Date[]): Promise<void> {
    const oldest = monthOf(this.clock.now(), -MONTHS_BACK);
    await this.#add([...new Set(times.map((time) => monthOf(time)))].filter((month) => month >= oldest));
  }

  /** Partitions that ended before this time. */
  async listPast(before: Date): Promise<string[]> {
    return (await this.repository.listPast(before)).map(({ name }) => name);
  }

  /** Whether there is a message in the partition that the condition says to keep; see the repository. */
  holdsAny(name: string, condition: string, params: readonly unknown[]): Promise<boolean> {
    return this.repository.holdsAny(name, condition, params);
  }

  /** Removes a partition with all that leans on its messages. @returns how many messages went. */
  async drop(name: string): Promise<number> {
    const count = await this.repository.count(name);
    while ((await this.repository.removeDependents(name, ROWS_AT_ONCE)) > 0);
    await this.unitOfWork.run(async () => {
      await this.repository.hurry();
      await this.repository.drop(name);
    });
    await this.#checkReferences();
    this.#logger.log({ partition: name, messages: count }, 'A partition of messages was dropped');
    return count;
  }

  async #add(months: readonly string[]): Promise<void> {
    for (const month of await this.repository.missing(months)) {
      try {
        await this.unitOfWork.run(async () => {
          await this.repository.hurry();
          await this.repository.addMonth(month);
        });
      } catch (error) {
        // Messages of that month go to the partition of all others meanwhile.
        if (isDatabaseAway(error)) throw error;
        this.#logger.warn(
          { err: error, month },
          'A partition of messages could not be made; it is tried again',
        );
      }
    }
  }

  async #checkReferences(): Promise<void> {
    const unchecked = (await this.repository.references()).filter(({ isChecked }) => !isChecked);
    for (const reference of unchecked) {
      try {
        await this.repository.check(reference);
      } catch (error) {
        this.#logger.warn({ err: error, ...reference }, 'Rows lead to messages that are gone');
      }
    }
  }
}
