import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway } from '#common/database';
import type { JobContext } from '#common/jobs';
import { HistoryRemovalRepository, type RemovedBatch } from './history-removal.repository.js';

/** What was removed of a bot's history. */
export interface ExpiredHistory {
  readonly conversations: number;
  readonly messages: number;
  /** Conversations that could not be removed; they are tried again with the next run. */
  readonly failed: number;
}

const CONVERSATIONS_AT_ONCE = 200;

/** Removes what is older than its bot wants, batch by batch. */
@Injectable()
export class ExpireHistory {
  readonly #logger = new Logger(ExpireHistory.name);

  constructor(private readonly removal: HistoryRemovalRepository) {}

  async execute(botId: string, context: JobContext): Promise<ExpiredHistory> {
    const { workspaceId } = context.job;
    let conversations = 0;
    let messages = 0;
    let failed = 0;
    let after: string | null = null;
    for (let size = CONVERSATIONS_AT_ONCE; ;) {
      context.throwIfCancelled();
      const batch = await this.#remove(workspaceId, botId, after, size);
      if (batch === null && size > 1) {
        // Something among them cannot be removed: one by one, so that it keeps no other.
        size = 1;
        continue;
      }
      if (batch === null) {
        failed += 1;
        after = await this.removal.next(workspaceId, botId, after);
        if (after === null) break;
        continue;
      }
      conversations += batch.conversations;
      messages += batch.messages;
      if (batch.last === null) break;
      after = batch.last;
      context.progress(0.5, 'removing');
    }
    return { conversations, messages, failed };
  }

  /** @returns null when it failed. */
  async #remove(
    workspaceId: string,
    botId: string,
    after: string | null,
    limit: number,
  ): Promise<RemovedBatch | null> {
    try {
      return await this.removal.removeOld(workspaceId, botId, after, limit);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.#logger.warn({ err: error, botId, after }, 'Old conversations could not be removed');
      return null;
    }
  }
}
