import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { Clock } from '#common/time';
import { placeLexemesOf } from './message-lexemes.js';
import { MessageSearchRepository, type SearchRow } from './message-search.repository.js';

/** What one transaction handles. */
const BATCH = 100;
/** What is renewed before those who wait to be indexed get their turn again. */
const BATCHES_A_TURN = 10;
/** When there was nothing left: processes of the version before may still add something. */
const REST_MS = 60_000;

/**
 * Has rows of the search say in which blocks of time they are, which were written before any did (ADR 28). The newest of a
 * workspace come first. Safe to repeat, and in several processes at once.
 */
@Injectable()
export class RenewPlaces {
  #last: SearchRow | undefined;
  #restsUntilMs = 0;

  constructor(
    private readonly repository: MessageSearchRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Renews some, and after all were renewed none for a while. @returns how many. */
  async execute(isStopped: () => boolean = () => false): Promise<number> {
    if (this.clock.now().getTime() < this.#restsUntilMs) return 0;
    let renewed = 0;
    for (let batch = 0; batch < BATCHES_A_TURN && !isStopped(); batch += 1) {
      const rows = await this.#renewBatch();
      renewed += rows.length;
      const last = rows.at(-1);
      // Nothing behind the last one: those before it are looked through again, as some may have been added or left out.
      const isThrough = last === undefined && this.#last === undefined;
      this.#last = last;
      if (isThrough) {
        this.#restsUntilMs = this.clock.now().getTime() + REST_MS;
        break;
      }
    }
    return renewed;
  }

  #renewBatch(): Promise<readonly SearchRow[]> {
    return this.unitOfWork.run(async () => {
      const rows = await this.repository.listOutdated(BATCH, this.#last);
      await this.repository.renew(rows.map((row) => ({ ...row, places: placeLexemesOf(row) })));
      return rows;
    });
  }
}
