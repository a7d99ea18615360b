import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { Aggregation } from '../records/aggregate.types.js';
import type { TableRecord, UpsertedRecord } from '../tables.types.js';

export class RecordResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { title: 'City bike', price: 749.5 },
    description: 'Every field by its key; null where it is empty.',
  })
  readonly fields!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: string;

  static from({ id, fields, createdAt, updatedAt }: TableRecord): RecordResponse {
    return { id, fields, createdAt, updatedAt };
  }
}

export class RecordPage extends pageOf(RecordResponse) {}

export class CreatedRecordsResponse {
  @ApiProperty({ type: () => RecordResponse, isArray: true, description: 'In the order of the request.' })
  readonly data!: RecordResponse[];

  static from(records: readonly TableRecord[]): CreatedRecordsResponse {
    return { data: records.map((record) => RecordResponse.from(record)) };
  }
}

export class UpsertedRecordResponse implements UpsertedRecord {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'boolean', example: true, description: 'Whether the record was made, not changed.' })
  readonly isNew!: boolean;
}

export class UpsertedRecordsResponse {
  @ApiProperty({
    type: () => UpsertedRecordResponse,
    isArray: true,
    description: 'In the order of the request.',
  })
  readonly data!: UpsertedRecordResponse[];

  static from(records: readonly UpsertedRecord[]): UpsertedRecordsResponse {
    return { data: records.map(({ id, isNew }) => ({ id, isNew })) };
  }
}

export class AggregationResponse {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    example: [{ title: 'City bike', mean_price: 749.5 }],
    description: 'What was grouped by, under the keys of the fields, and the aggregates.',
  })
  readonly data!: readonly Readonly<Record<string, unknown>>[];

  @ApiProperty({ type: 'boolean', example: false, description: 'Whether there are more groups than these.' })
  readonly isTruncated!: boolean;

  static from({ rows, isTruncated }: Aggregation): AggregationResponse {
    return { data: rows, isTruncated };
  }
}
