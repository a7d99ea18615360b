import { Injectable } from '@nestjs/common';
import { TurnRecordsRepository } from '../turn-records.repository.js';
import type { TurnCursor, TurnRecord, TurnsRequest } from '../turn-records.js';

/** Reads what was asked and answered, for modules that make figures of it. They see no more than plain data. */
@Injectable()
export class ReadTurns {
  constructor(private readonly turns: TurnRecordsRepository) {}

  /** All of a bot's turns, some at a time; what is said while it reads may be in it or not. */
  async *execute(request: Omit<TurnsRequest, 'after'>): AsyncGenerator<readonly TurnRecord[]> {
    let after: TurnCursor | null = null;
    for (;;) {
      const turns: readonly TurnRecord[] = await this.turns.list({ ...request, after });
      if (turns.length > 0) yield turns;
      const last = turns.at(-1);
      if (!last || turns.length < request.limit) return;
      after = { conversationId: last.conversationId, position: last.position };
    }
  }
}
