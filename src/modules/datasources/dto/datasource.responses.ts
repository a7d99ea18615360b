import { ApiProperty } from '@nestjs/swagger';
import { documentedCodes } from '#common/errors';
import { JobRefResponse } from '#common/jobs';
import { pageOf } from '#common/validation';
import { ScheduleResponse } from '#common/schedules';
import type { ShownDatasource, StartedSync } from '../reports.types.js';
import { SYNC_FAILURES } from '../datasources.errors.js';
import {
  DATASOURCE_STATUSES,
  DATASOURCE_TYPES,
  RENDER_MODES,
  type SourceFile,
} from '../datasources.types.js';
import { SITE_DEFAULTS, type SiteSettings } from '../site/site.types.js';
import { SKIP_CODES } from '../site/skip-reasons.js';

export class ReasonResponse {
  @ApiProperty({
    type: 'string',
    example: 'datasources.page_not_found',
    description: documentedCodes(...SYNC_FAILURES, ...SKIP_CODES, 'datasources.sync_cancelled', 'internal'),
  })
  readonly code!: string;

  @ApiProperty({ type: 'string', example: 'The page does not exist (status 404).' })
  readonly message!: string;
}

export class LastErrorResponse extends ReasonResponse {
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly at!: string;
}

export class SiteResponse implements SiteSettings {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uri' },
    example: ['https://example.com/docs/'],
  })
  readonly startUrls!: readonly string[];

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uri' },
    example: ['https://example.com/docs/sitemap.xml'],
  })
  readonly sitemaps!: readonly string[];

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: ['/docs/**'] })
  readonly include!: readonly string[];

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: ['**/print'] })
  readonly exclude!: readonly string[];

  @ApiProperty({ type: 'integer', minimum: 0, example: SITE_DEFAULTS.maxDepth })
  readonly maxDepth!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: SITE_DEFAULTS.maxPages })
  readonly maxPages!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: SITE_DEFAULTS.perHostConcurrency })
  readonly perHostConcurrency!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: SITE_DEFAULTS.delayMs })
  readonly delayMs!: number;
}

export class TableViewResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly tableId!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    nullable: true,
    example: ['title', 'price'],
    description: 'Keys of the fields that the bot may see; `null` for all of them.',
  })
  readonly fields!: readonly string[] | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: '{title} costs {price} euros.',
    description: 'How a record is printed; `null` for a line a field.',
  })
  readonly template!: string | null;
}

export class SourceFileResponse {
  @ApiProperty({ type: 'string', example: 'prices.pdf' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'application/pdf', description: 'By its content.' })
  readonly mediaType!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 48_213 })
  readonly bytes!: number;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    example: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    description: 'Of its content.',
  })
  readonly sha256!: string;
}

export class DatasourceResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: [...DATASOURCE_TYPES], enumName: 'DatasourceType' })
  readonly type!: string;

  @ApiProperty({ type: 'string', example: 'Help pages' })
  readonly name!: string;

  @ApiProperty({ type: 'string', format: 'uri', required: false, example: 'https://example.com/help' })
  readonly url?: string;

  @ApiProperty({
    type: () => TableViewResponse,
    required: false,
    description: 'Of a `table`: what it shows.',
  })
  readonly table?: TableViewResponse;

  @ApiProperty({ type: () => SiteResponse, required: false, description: 'Of a `site`: its settings.' })
  readonly site?: SiteResponse;

  @ApiProperty({
    type: 'string',
    enum: [...RENDER_MODES],
    enumName: 'RenderMode',
    required: false,
    description: 'Of a `url` or a `site`.',
  })
  readonly render?: string;

  @ApiProperty({ type: () => SourceFileResponse, required: false, description: 'Of a `file`.' })
  readonly file?: SourceFileResponse;

  @ApiProperty({
    type: 'string',
    enum: [...DATASOURCE_STATUSES],
    enumName: 'DatasourceStatus',
    example: 'ready',
  })
  readonly status!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  readonly documentCount!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  readonly chunkCount!: number;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly lastSyncedAt!: Date | null;

  @ApiProperty({
    type: () => ScheduleResponse,
    nullable: true,
    description: 'When a `url` or a `site` is read by itself; `null` for never.',
  })
  readonly schedule!: ScheduleResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When that is next.' })
  readonly nextSyncAt!: Date | null;

  @ApiProperty({ type: () => LastErrorResponse, required: false, description: 'Why the last sync failed.' })
  readonly lastError?: LastErrorResponse;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from(source: ShownDatasource): DatasourceResponse {
    return shown(source);
  }
}

export class StartedSyncResponse extends DatasourceResponse {
  @ApiProperty({ type: () => JobRefResponse, description: 'Follow it at `/v1/jobs/{id}/events`.' })
  readonly job!: JobRefResponse;

  static fromSync({ job: { id, state }, ...source }: StartedSync): StartedSyncResponse {
    return { ...shown(source), job: { id, state } };
  }
}

export class DatasourcePage extends pageOf(DatasourceResponse) {}

function shown({ datasource, schedule }: ShownDatasource) {
  const { id, type, name, url, site, status, documentCount, chunkCount, lastSyncedAt, lastError } =
    datasource;
  const { createdAt, updatedAt, file, tableId, tableView, render } = datasource;
  return {
    ...{ id, type, name, status, documentCount, chunkCount, lastSyncedAt, createdAt, updatedAt },
    schedule: schedule && ScheduleResponse.from(schedule),
    nextSyncAt: schedule?.nextRunAt ?? null,
    ...(url ? { url } : {}),
    ...(url || site ? { render } : {}),
    ...(site ? { site } : {}),
    ...(tableId !== null && tableView ? { table: { tableId, ...tableView } } : {}),
    ...(file ? { file: shownFile(file) } : {}),
    ...(lastError ? { lastError } : {}),
  };
}

/** Where it is kept is nobody's business. */
function shownFile({ name, mediaType, bytes, sha256 }: SourceFile): SourceFileResponse {
  return { name, mediaType, bytes, sha256 };
}
