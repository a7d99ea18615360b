import { defineEvent } from '#common/events';

/** Half, four fifths or all of a budget has been used; once each in a period. */
export const budgetThresholdReached = defineEvent<{
  readonly budgetId: string;
  readonly botId: string | null;
  readonly period: string;
  readonly unit: string;
  readonly amount: number;
  readonly used: number;
  readonly percent: number;
}>('budget.threshold_reached');
