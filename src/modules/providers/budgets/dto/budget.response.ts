import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { ModelRef } from '../../providers.types.js';
import {
  BUDGET_PERIODS,
  BUDGET_UNITS,
  type BudgetPeriod,
  type BudgetStatus,
  type BudgetUnit,
} from '../budgets.types.js';
import { BudgetFallbackDto } from './budget.dtos.js';

export class BudgetResponse implements BudgetStatus {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'Null: of the whole workspace.',
  })
  readonly botId!: string | null;

  @ApiProperty({ type: 'string', enum: [...BUDGET_PERIODS], enumName: 'BudgetPeriod' })
  readonly period!: BudgetPeriod;

  @ApiProperty({ type: 'string', enum: [...BUDGET_UNITS], enumName: 'BudgetUnit' })
  readonly unit!: BudgetUnit;

  @ApiProperty({ type: 'number', example: 50 })
  readonly amount!: number;

  @ApiProperty({ type: () => BudgetFallbackDto, nullable: true })
  readonly fallback!: ModelRef | null;

  @ApiProperty({ type: 'number', example: 12.5, description: 'In the period that runs.' })
  readonly used!: number;

  @ApiProperty({ type: 'number', example: 0.2, description: 'Held back for calls that are under way.' })
  readonly reserved!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly periodStartsAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from(budget: BudgetStatus): BudgetResponse {
    const { id, botId, period, unit, amount, fallback, used, reserved } = budget;
    const { periodStartsAt, createdAt, updatedAt } = budget;
    return {
      id,
      botId,
      period,
      unit,
      amount,
      fallback,
      used,
      reserved,
      periodStartsAt,
      createdAt,
      updatedAt,
    };
  }
}

export class BudgetPage extends pageOf(BudgetResponse) {}
