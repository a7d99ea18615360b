import type { ModelRef } from '../providers.types.js';

export const BUDGET_PERIODS = ['day', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

export const BUDGET_UNITS = ['usd', 'tokens'] as const;
export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** What may be spent in a day or a month, by UTC. */
export interface BudgetDraft {
  /** `null`: by the whole workspace. */
  readonly botId: string | null;
  readonly period: BudgetPeriod;
  readonly unit: BudgetUnit;
  readonly amount: number;
  /** Answers in place of the bot's model once the budget is used up; it must itself fit into what is left, or be free. */
  readonly fallback: ModelRef | null;
}

export interface Budget extends BudgetDraft {
  readonly id: string;
}

/** What of a budget is to be different. */
export type BudgetChanges = Partial<Pick<BudgetDraft, 'amount' | 'fallback'>>;

/** A budget and how much of it has gone in the period that runs. */
export interface BudgetStatus extends Budget {
  readonly used: number;
  readonly reserved: number;
  readonly periodStartsAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a call can cost at most, or has cost. */
export interface Spending {
  /** 0 where the price is not known: a budget of money cannot count it. */
  readonly usd: number;
  readonly tokens: number;
}

/** What is held back for a call that is under way. */
export interface Reservation {
  readonly id: string;
  readonly workspaceId: string;
}

/** Which call something is held back for. */
export interface ReservedCall {
  /** The answer that it is to give; null: none. */
  readonly messageId: string | null;
  /** Whom it asks first. */
  readonly ref: ModelRef;
}
