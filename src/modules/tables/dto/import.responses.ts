import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse, type JobRef, type JobState } from '#common/jobs';
import { pageOf } from '#common/validation';
import {
  DATE_ORDERS,
  type DateOrder,
  type FilePreview,
  IMPORT_FORMATS,
  IMPORT_MODES,
  type ImportFile,
  type ImportFormat,
  type ImportMode,
  type PreviewedColumn,
  type TableImport,
} from '../imports/import.types.js';
import { FIELD_TYPES, type FieldType } from '../tables.types.js';

const STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export class ImportFileResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'goods.csv' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', example: 48_213 })
  readonly bytes!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'When it is removed, unless an import needs it.',
  })
  readonly expiresAt!: Date;

  static from({ id, name, bytes, createdAt, expiresAt }: ImportFile): ImportFileResponse {
    return { id, name, bytes, createdAt, expiresAt };
  }
}

export class PreviewedColumnResponse {
  @ApiProperty({ type: 'string', example: 'List price', description: 'Its header; unique within the file.' })
  readonly name!: string;

  @ApiProperty({
    type: 'string',
    enum: [...FIELD_TYPES],
    enumName: 'FieldType',
    description: 'What its values look like.',
  })
  readonly type!: FieldType;

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: ['749.50'] })
  readonly examples!: readonly string[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'list_price',
    description: 'The field of the table that it belongs to, by its name.',
  })
  readonly field!: string | null;

  static from({ name, type, examples, field }: PreviewedColumn): PreviewedColumnResponse {
    return { name, type, examples, field };
  }
}

export class ImportPreviewResponse {
  @ApiProperty({ type: 'string', enum: [...IMPORT_FORMATS], enumName: 'ImportFormat' })
  readonly format!: ImportFormat;

  @ApiProperty({ type: 'string', example: ',' })
  readonly delimiter!: string;

  @ApiProperty({ type: 'string', example: '"', description: 'What values stand in that hold the delimiter.' })
  readonly quote!: string;

  @ApiProperty({ type: 'string', example: 'utf-8' })
  readonly encoding!: string;

  @ApiProperty({ type: 'boolean' })
  readonly hasHeader!: boolean;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    example: ['Goods'],
    description: 'Of an `xlsx` file.',
  })
  readonly sheets!: readonly string[];

  @ApiProperty({ type: 'string', example: '.' })
  readonly decimal!: string;

  @ApiProperty({ type: 'string', enum: [...DATE_ORDERS], enumName: 'DateOrder' })
  readonly dateOrder!: DateOrder;

  @ApiProperty({ type: () => PreviewedColumnResponse, isArray: true })
  readonly columns!: PreviewedColumnResponse[];

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    example: [['City bike', '749.50']],
    description: 'The first 20 rows, by columns; long values are cut.',
  })
  readonly rows!: readonly (readonly string[])[];

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    example: ['There is one column only. Is the delimiter right?'],
  })
  readonly warnings!: readonly string[];

  static from({ settings, sheets, columns, rows, warnings }: FilePreview): ImportPreviewResponse {
    const { format, delimiter, encoding, hasHeader, decimal, dateOrder } = settings;
    return {
      ...{ format, delimiter, quote: '"', encoding, hasHeader, decimal, dateOrder, sheets, rows, warnings },
      columns: columns.map((column) => PreviewedColumnResponse.from(column)),
    };
  }
}

export class ImportResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly tableId!: string;

  @ApiProperty({ type: 'string', example: 'goods.csv' })
  readonly fileName!: string;

  @ApiProperty({ type: 'string', enum: [...IMPORT_MODES], enumName: 'ImportMode' })
  readonly mode!: ImportMode;

  @ApiProperty({ type: 'string', nullable: true, example: 'code' })
  readonly key!: string | null;

  @ApiProperty({
    type: 'string',
    enum: [...STATES],
    enumName: 'ImportStatus',
    description: 'Why it failed is told by its job, `imports.outdated` among others.',
  })
  readonly status!: JobState;

  @ApiProperty({ type: 'integer', example: 1_200, description: 'Records that were made.' })
  readonly created!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Rows that changed a record.' })
  readonly updated!: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'Rows that were not taken; the report says why.' })
  readonly rejected!: number;

  @ApiProperty({ type: 'integer', example: 48_213 })
  readonly bytes!: number;

  @ApiProperty({ type: 'integer', example: 48_213 })
  readonly bytesRead!: number;

  @ApiProperty({ type: 'number', nullable: true, example: 41_000 })
  readonly rowsPerSecond!: number | null;

  @ApiProperty({ type: 'number', nullable: true, example: 0, description: 'About how long it still takes.' })
  readonly secondsLeft!: number | null;

  @ApiProperty({
    type: () => JobRefResponse,
    nullable: true,
    description: 'Shows progress; can be cancelled and retried.',
  })
  readonly job!: JobRef | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly finishedAt!: Date | null;

  static from(one: TableImport): ImportResponse {
    const { id, tableId, fileName, mode, key, created, updated, rejected } = one;
    const status = statusOf(one);
    return {
      ...{ id, tableId, fileName, mode, key, status, created, updated, rejected },
      ...{ bytes: one.fileBytes, bytesRead: one.bytesRead, rowsPerSecond: one.rowsPerSecond },
      secondsLeft: secondsLeft(one),
      job: one.jobId === null ? null : { id: one.jobId, state: status },
      ...{ createdAt: one.createdAt, finishedAt: one.finishedAt },
    };
  }
}

export class ImportPage extends pageOf(ImportResponse) {}

/** Old jobs are forgotten before the imports that they ran. */
function statusOf({ finishedAt, jobState }: TableImport): JobState {
  return finishedAt ? 'succeeded' : (jobState ?? 'failed');
}

function secondsLeft({ finishedAt, fileBytes, bytesRead, bytesPerSecond }: TableImport): number | null {
  if (finishedAt) return 0;
  return bytesPerSecond ? Math.ceil((fileBytes - bytesRead) / bytesPerSecond) : null;
}
