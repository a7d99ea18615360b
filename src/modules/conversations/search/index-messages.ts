import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { lexemesOf } from './message-lexemes.js';
import {
  type IndexedMessage,
  MessageSearchRepository,
  type WaitingMessage,
} from './message-search.repository.js';

/** What one transaction handles; the embedded database has one connection, which turns need, too. */
const BATCH = 50;
/** Of these: however much is said, what waits longest gets its turn. */
const OLDEST = 10;

/**
 * Makes what was said searchable: reads the queue that turns fill. What was said last is looked for first, so that it does
 * not wait for a history that was just imported. Several processes may do so at once.
 */
@Injectable()
export class IndexMessages {
  constructor(
    private readonly repository: MessageSearchRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Indexes what waits, one batch after the other, until nothing does. @returns how many messages. */
  async execute(isStopped: () => boolean = () => false): Promise<number> {
    let [done, size] = [0, BATCH];
    while (size === BATCH && !isStopped()) {
      size = await this.#indexBatch();
      done += size;
    }
    return done;
  }

  /** Leaves the queue and enters the index in one transaction: nothing is lost when the process dies in between. */
  #indexBatch(): Promise<number> {
    return this.unitOfWork.run(async () => {
      const waiting = await this.repository.listWaiting(BATCH - OLDEST, OLDEST);
      await this.repository.add(waiting.flatMap(indexed));
      await this.repository.removeWaiting(waiting.map(({ messageId }) => messageId));
      return waiting.length;
    });
  }
}

function indexed(waiting: WaitingMessage): IndexedMessage[] {
  const { messageId, workspaceId, botId, content, beside } = waiting;
  if (botId === null || content === null) return [];
  return [
    { messageId, lexemes: lexemesOf({ messageId, workspaceId, botId, content, beside: beside ?? '' }) },
  ];
}
