import { ApiProperty } from '@nestjs/swagger';
import type { UsageReport } from '../usage.service.js';
import type { UsageRow, UsageTotals } from '../usage.types.js';

export class UsageTotalsResponse implements UsageTotals {
  @ApiProperty({ type: 'integer', example: 1_204, description: 'Calls, failed and aborted ones included.' })
  readonly calls!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly failedCalls!: number;

  @ApiProperty({ type: 'integer', example: 920_114, description: 'Cached ones included.' })
  readonly inputTokens!: number;

  @ApiProperty({ type: 'integer', example: 310_200 })
  readonly cachedInputTokens!: number;

  @ApiProperty({ type: 'integer', example: 88_310, description: 'Reasoning included.' })
  readonly outputTokens!: number;

  @ApiProperty({ type: 'integer', example: 12_004 })
  readonly reasoningTokens!: number;

  @ApiProperty({
    type: 'string',
    pattern: String.raw`^\d+(\.\d+)?$`,
    example: '1.0203550000',
    description: 'US dollars of the calls whose cost is known, exact.',
  })
  readonly costUsd!: string;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description:
      'Calls whose cost is not known, for want of a price or a count of tokens. They are not in `costUsd`.',
  })
  readonly unpricedCalls!: number;
}

export class UsageRowResponse extends UsageTotalsResponse implements UsageRow {
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: '2026-11-24T00:00:00Z',
    description:
      'Beginning of the day or hour in UTC, `chat` or `embedding`, id of bot, data source, user or key, provider, or `provider/model`.',
  })
  readonly key!: string | null;
}

export class UsageResponse {
  @ApiProperty({ type: () => UsageRowResponse, isArray: true })
  readonly data!: readonly UsageRowResponse[];

  @ApiProperty({ type: 'string', nullable: true, example: 'MjAyNi0xMS0yM1QwMDowMDowMFo' })
  readonly nextCursor!: string | null;

  @ApiProperty({
    type: () => UsageTotalsResponse,
    description: 'Over all rows, not only those of this page.',
  })
  readonly totals!: UsageTotalsResponse;

  static from({ data, nextCursor, totals }: UsageReport): UsageResponse {
    return { data, nextCursor, totals };
  }
}
