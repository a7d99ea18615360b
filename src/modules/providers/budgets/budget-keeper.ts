import { Injectable, Logger } from '@nestjs/common';
import { newId, UnitOfWork } from '#common/database';
import { EventOutbox } from '#common/events';
import { BudgetExhausted } from './budgets.errors.js';
import { budgetThresholdReached } from './budgets.events.js';
import { BudgetsRepository, type SpentBudget } from './budgets.repository.js';
import type { ModelRef } from '../providers.types.js';
import type { Budget, Reservation, ReservedCall, Spending } from './budgets.types.js';

/** Shares of a budget that are announced when they are reached. */
const THRESHOLDS = [100, 80, 50] as const;

/** Sees to it that no more is spent than may be. */
@Injectable()
export class BudgetKeeper {
  readonly #logger = new Logger(BudgetKeeper.name);

  constructor(
    private readonly repository: BudgetsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: EventOutbox,
  ) {}

  /**
   * Holds back what a call can cost at most, in every budget that counts it, or in none.
   * @throws BudgetExhausted
   */
  async reserve(
    workspaceId: string,
    budgets: readonly Budget[],
    most: Spending,
    call: ReservedCall,
  ): Promise<Reservation> {
    const reservation = { id: newId(), workspaceId };
    await this.unitOfWork.run(async () => {
      // Always in the same order, so that two calls never wait for each other.
      for (const { id, unit } of budgets.toSorted((a, b) => a.id.localeCompare(b.id))) {
        const isEnough = await this.repository.reserve(reservation, call, id, most[unit]);
        if (!isEnough) throw new BudgetExhausted();
      }
    });
    return reservation;
  }

  /** Counts what a call has cost in the place of what was held back. Doing it twice changes nothing. */
  async settle(reservation: Reservation, spent: Spending): Promise<void> {
    try {
      await this.unitOfWork.run(async () => {
        const budgets = await this.repository.settle(reservation, spent.usd, spent.tokens);
        for (const budget of budgets) await this.#announce(reservation.workspaceId, budget);
      });
    } catch (error) {
      // It runs out by itself; until then more is held back than needs be.
      this.#logger.warn({ err: error }, 'A reservation could not be settled');
    }
  }

  /**
   * Counts all that was held back for an answer as spent, in the caller's unit of work: the process that asked has died,
   * and the provider may well have produced all of it.
   *
   * @returns whom it had asked; null when nothing was held back.
   */
  async settleAbandoned(workspaceId: string, messageId: string): Promise<ModelRef | null> {
    const ref = await this.repository.findReservedModel(workspaceId, messageId);
    if (!ref) return null;
    const budgets = await this.repository.settleAbandoned(workspaceId, messageId);
    for (const budget of budgets) await this.#announce(workspaceId, budget);
    return ref;
  }

  async #announce(workspaceId: string, { startsOn, announced, used, ...budget }: SpentBudget): Promise<void> {
    const percent = THRESHOLDS.find((threshold) => used >= (budget.amount * threshold) / 100);
    if (percent === undefined || percent <= announced) return;
    if (!(await this.repository.announce(workspaceId, budget.id, startsOn, percent))) return;
    const { id: budgetId, botId, period, unit, amount } = budget;
    await this.outbox.publish(
      budgetThresholdReached,
      { budgetId, botId, period, unit, amount, used, percent },
      { workspaceId },
    );
  }
}
