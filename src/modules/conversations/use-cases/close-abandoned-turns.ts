import { Injectable } from '@nestjs/common';
import { madeAt, UnitOfWork } from '#common/database';
import { BotsService } from '#modules/bots';
import { BudgetKeeper, Ledger } from '#modules/providers';
import { TurnInterrupted } from '../conversations.errors.js';
import { type AbandonedTurn, TurnsRepository } from '../turns.repository.js';

/** Ends turns whose processes died: in their conversations, in the ledger of calls and in the budgets, at once. */
@Injectable()
export class CloseAbandonedTurns {
  constructor(
    private readonly turns: TurnsRepository,
    private readonly bots: BotsService,
    private readonly ledger: Ledger,
    private readonly budgets: BudgetKeeper,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @param conversationId only there.
   * @returns how many were ended, `limit` at most.
   */
  async execute(limit: number, conversationId?: string): Promise<number> {
    const { code, message } = new TurnInterrupted();
    return this.unitOfWork.run(async () => {
      const abandoned = await this.turns.closeExpired({ code, message }, limit, conversationId);
      for (const turn of abandoned) await this.#account(turn);
      return abandoned.length;
    });
  }

  /** Whether its model had been called yet, nobody knows: it may cost something, so it counts as a call. */
  async #account({
    workspaceId,
    conversationId,
    botId,
    turnId: messageId,
    seenAtMs,
  }: AbandonedTurn): Promise<void> {
    const reserved = await this.budgets.settleAbandoned(workspaceId, messageId);
    const ref = reserved ?? (await this.bots.findModel(workspaceId, botId));
    if (!ref || ref.provider === 'local') return;
    const startedAt = madeAt(messageId);
    const latencyMs = Math.max(0, Math.round(seenAtMs - startedAt.getTime()));
    await this.ledger.enterAbandoned(
      { workspaceId, conversationId, botId, messageId },
      { ref, startedAt, latencyMs },
    );
  }
}
