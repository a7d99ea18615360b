import { ChoiceField, IdField, NumberField, ObjectField, TextField } from '#common/validation';
import type { ModelRef } from '../../providers.types.js';
import {
  BUDGET_PERIODS,
  BUDGET_UNITS,
  type BudgetChanges,
  type BudgetDraft,
  type BudgetPeriod,
  type BudgetUnit,
} from '../budgets.types.js';

const LEAST = 0.000_001;
const MOST = 1_000_000_000;

export class BudgetFallbackDto implements ModelRef {
  @TextField({ max: 40, example: 'local' })
  readonly provider!: string;

  @TextField({ max: 200, example: 'extractive' })
  readonly name!: string;
}

export class CreateBudgetDto {
  @IdField({ optional: true, description: 'Of one bot; by default of the whole workspace.' })
  readonly botId?: string;

  @ChoiceField(BUDGET_PERIODS, { name: 'BudgetPeriod', example: 'month', description: 'By UTC.' })
  readonly period!: BudgetPeriod;

  @ChoiceField(BUDGET_UNITS, {
    name: 'BudgetUnit',
    example: 'usd',
    description: 'Money counts models with a known price.',
  })
  readonly unit!: BudgetUnit;

  @NumberField({ min: LEAST, max: MOST, example: 50 })
  readonly amount!: number;

  @ObjectField(() => BudgetFallbackDto, {
    optional: true,
    description:
      'Answers once the budget is used up. It must fit into what is left, or be free as the built-in model is.',
  })
  readonly fallback?: BudgetFallbackDto;

  toDraft(): BudgetDraft {
    const { botId = null, period, unit, amount, fallback = null } = this;
    return { botId, period, unit, amount, fallback };
  }
}

export class UpdateBudgetDto implements BudgetChanges {
  @NumberField({ optional: true, min: LEAST, max: MOST, example: 80 })
  readonly amount?: number;

  @ObjectField(() => BudgetFallbackDto, { optional: true, nullable: true })
  readonly fallback?: BudgetFallbackDto | null;
}
