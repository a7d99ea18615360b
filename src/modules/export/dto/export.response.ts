import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import { pageOf } from '#common/validation';
import { ExportFilterDto } from './export-filter.dto.js';
import {
  type ColumnType,
  type Export,
  EXPORT_FORMATS,
  EXPORT_RESOURCES,
  EXPORT_STATUSES,
  type ExportFormatName,
  type ExportResource,
  type ExportStatus,
  type RowColumn,
} from '../export.types.js';
import type { SignedLink } from '../links/export-link.types.js';

const COLUMN_TYPES: readonly ColumnType[] = ['text', 'integer', 'decimal', 'boolean', 'timestamp', 'json'];

export class ExportColumnResponse {
  @ApiProperty({ type: 'string', example: 'createdAt' })
  readonly name!: string;

  @ApiProperty({ type: 'string', enum: [...COLUMN_TYPES], enumName: 'ExportColumnType' })
  readonly type!: ColumnType;

  @ApiProperty({ type: 'string', example: 'When it was said.' })
  readonly description!: string;

  static from({ name, type, description }: RowColumn): ExportColumnResponse {
    return { name, type, description };
  }
}

export class ExportResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: [...EXPORT_RESOURCES], enumName: 'ExportResource' })
  readonly resource!: ExportResource;

  @ApiProperty({ type: 'string', enum: [...EXPORT_FORMATS], enumName: 'ExportFormat' })
  readonly format!: ExportFormatName;

  @ApiProperty({
    type: 'string',
    enum: [...EXPORT_STATUSES],
    enumName: 'ExportStatus',
    description:
      '`expired`: the file is no longer kept. `failed`: the job says why, for example `exports.format_full` or `tables.fields_changed`.',
  })
  readonly status!: ExportStatus;

  @ApiProperty({ type: 'string', example: 'messages-2026-01-31.csv' })
  readonly fileName!: string;

  @ApiProperty({ type: 'boolean' })
  readonly gzip!: boolean;

  @ApiProperty({ type: 'boolean' })
  readonly bom!: boolean;

  @ApiProperty({ type: 'string', example: 'UTC' })
  readonly timezone!: string;

  @ApiProperty({ type: () => ExportColumnResponse, isArray: true })
  readonly columns!: ExportColumnResponse[];

  @ApiProperty({ type: () => ExportFilterDto })
  readonly filter!: object;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'Of `table`: which one.' })
  readonly tableId!: string | null;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: true, nullable: true },
    example: { field: 'price', op: 'lt', value: 500 },
    description: 'Of `table`: which records; all when null.',
  })
  readonly recordFilter!: object | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1_204, description: 'Rows that are written.' })
  readonly rows!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 482_133,
    description: 'Of the file, as far as it is written.',
  })
  readonly bytes!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    description: 'SHA-256 of the file, in hexadecimal.',
  })
  readonly sha256!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 0,
    description: 'Values that were longer than a cell of the format can be, and were cut.',
  })
  readonly cutValues!: number;

  @ApiProperty({ type: 'boolean', description: 'Whether it has only what was new or had changed.' })
  readonly isIncremental!: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'WyJtZXNzYWdlcyIsIjEwOjEwOiJd.c2lnbmF0dXJl',
    description:
      'Pass it as `since` of a later export for what is new or has changed; null where that cannot be told.',
  })
  readonly watermark!: string | null;

  @ApiProperty({ type: () => JobRefResponse, nullable: true })
  readonly job!: JobRefResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'What came later is not in it.' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly finishedAt!: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When the file is removed.' })
  readonly expiresAt!: Date;

  static from(one: Export, watermark: string | null): ExportResponse {
    const { id, resource, format, fileName, sha256, cutValues, createdAt, finishedAt, expiresAt } = one;
    const { gzip, bom, timezone, columns, filter, tableId = null, recordFilter = null } = one.settings;
    return {
      ...{ id, resource, format, status: statusOf(one), fileName, gzip, bom, timezone },
      ...{ filter, tableId, recordFilter },
      columns: columns.map((column) => ExportColumnResponse.from(column)),
      ...{
        rows: one.rowCount,
        bytes: one.bytes,
        sha256,
        cutValues,
        isIncremental: one.since !== null,
        watermark,
      },
      job: one.jobId !== null && one.jobState !== null ? { id: one.jobId, state: one.jobState } : null,
      ...{ createdAt, finishedAt, expiresAt },
    };
  }
}

export class ExportPage extends pageOf(ExportResponse) {}

export class ExportLinkResponse {
  @ApiProperty({
    type: 'string',
    example: '/v1/exports/0199a1b2-0000-7000-8000-000000000000/file?token=x',
    description: 'On the address of this API. Whoever has it can fetch the file.',
  })
  readonly path!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly expiresAt!: Date;

  @ApiProperty({ type: 'boolean' })
  readonly singleUse!: boolean;

  static from({ path, expiresAt, isSingleUse }: SignedLink): ExportLinkResponse {
    return { path, expiresAt, singleUse: isSingleUse };
  }
}

function statusOf({ removedAt, finishedAt, jobState, expiresAt }: Export): ExportStatus {
  if (removedAt || expiresAt <= new Date()) return 'expired';
  if (finishedAt) return 'ready';
  return jobState === null || jobState === 'succeeded' ? 'failed' : jobState;
}
