import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { ConversationTopics } from '#modules/conversations';
import { FIRST, InsightTurnsRepository } from '../turns.repository.js';

const BATCH = 1_000;

/**
 * Tells conversations of the topics that were asked about in them, and of the areas of these, by which they are found. Only what has changed is told,
 * and each batch is a whole by itself: what was not told yet is told the next time.
 */
@Injectable()
export class TellTopics {
  constructor(
    private readonly turns: InsightTurnsRepository,
    private readonly conversations: ConversationTopics,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @returns how many conversations were told. */
  async execute(workspaceId: string, botId: string, signal: AbortSignal): Promise<number> {
    let told = 0;
    for (let after = FIRST; ;) {
      signal.throwIfAborted();
      const ids = await this.turns.listUntold(workspaceId, botId, after, BATCH);
      const last = ids.at(-1);
      if (last === undefined) return told;
      await this.unitOfWork.run(async () => {
        await this.turns.hold(workspaceId, botId);
        await this.conversations.assign(workspaceId, await this.turns.tellTopics(workspaceId, ids));
      });
      told += ids.length;
      after = last;
    }
  }
}
