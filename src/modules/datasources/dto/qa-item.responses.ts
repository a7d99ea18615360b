import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import { pageOf } from '#common/validation';
import type { ChangedItems, QaItem } from '../qa/qa.types.js';

export class QaItemResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'How long is the warranty of the lamp?' })
  readonly question!: string;

  @ApiProperty({ type: 'string', example: 'The lamp comes with a warranty of 24 months.' })
  readonly answer!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'What it was learned from, such as an answer that somebody corrected.',
  })
  readonly originId!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from({ id, question, answer, originId, createdAt, updatedAt }: QaItem): QaItemResponse {
    return { id, question, answer, originId, createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
  }
}

export class QaItemPage extends pageOf(QaItemResponse) {}

export class ChangedQaItemsResponse {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'The source that holds them.' })
  readonly datasourceId!: string;

  @ApiProperty({ type: () => QaItemResponse, isArray: true })
  readonly items!: QaItemResponse[];

  @ApiProperty({ type: () => JobRefResponse, description: 'Once it has succeeded, bots answer from them.' })
  readonly job!: JobRefResponse;

  static from({ datasourceId, items, job }: ChangedItems): ChangedQaItemsResponse {
    return { datasourceId, items: items.map((item) => QaItemResponse.from(item)), job };
  }
}
