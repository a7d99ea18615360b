import { Injectable } from '@nestjs/common';
import { TurnRecordsRepository } from '../turn-records.repository.js';
import type { TurnCursor, TurnRecord, TurnsMark, TurnsRequest } from '../turn-records.js';

/** Reads what was asked and answered, for modules that make figures of it. They see no more than plain data. */
@Injectable()
export class ReadTurns {
  constructor(private readonly turns: TurnRecordsRepository) {}

  /** To be taken before reading: what the next reader has to begin with. */
  mark(): Promise<TurnsMark> {
    return this.turns.mark();
  }

  /** All of a bot's turns, some at a time; what is said while it reads may be in it or not. */
  async *execute(request: Omit<TurnsRequest, 'after'>): AsyncGenerator<readonly TurnRecord[]> {
    let after: TurnCursor | null = null;
    do {
      const { turns, next } = await this.turns.list({ ...request, after });
      if (turns.length > 0) yield turns;
      after = next;
    } while (after);
  }
}
