import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { PAGE_OUTCOMES, PAGES_IN_A_RUN } from '../datasources.types.js';
import type { ReportedPage, RunReport } from '../reports.types.js';
import { ReasonResponse } from './datasource.responses.js';

export class SyncRunPageResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: 'string',
    format: 'uri',
    required: false,
    example: 'https://example.com/help',
    description: 'A text or a file has none.',
  })
  readonly url?: string;

  @ApiProperty({ type: 'string', enum: [...PAGE_OUTCOMES], enumName: 'PageOutcome' })
  readonly outcome!: string;

  @ApiProperty({ type: () => ReasonResponse, nullable: true })
  readonly reason!: ReasonResponse | null;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly documentId!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 200 })
  readonly httpStatus!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, example: 48_213 })
  readonly bytes!: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 640 })
  readonly durationMs!: number;

  static from({
    id,
    url,
    outcome,
    reason,
    documentId,
    httpStatus,
    bytes,
    durationMs,
  }: ReportedPage): SyncRunPageResponse {
    return { id, ...(url ? { url } : {}), outcome, reason, documentId, httpStatus, bytes, durationMs };
  }
}

export class SyncRunResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly jobId!: string;

  @ApiProperty({
    type: 'string',
    enum: ['running', 'succeeded', 'failed', 'cancelled'],
    enumName: 'RunState',
  })
  readonly state!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  readonly added!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  readonly unchanged!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  readonly changed!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  readonly gone!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  readonly failed!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 0,
    description:
      'Pages that were not to be read. Of those that were passed over unread, 1,000 are counted and listed.',
  })
  readonly skipped!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  readonly duplicate!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 0,
    description:
      'Pages that have no text without their scripts, counted as `skipped` or `failed`, too: the source should set `render` to `auto`, and the installation have a browser (`CHROMIUM_PATH`).',
  })
  readonly needsBrowser!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    example: 12_400,
    description: 'How long the run took; `null` while it lasts.',
  })
  readonly durationMs!: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 1_048_576,
    description: 'What was read, of all pages together.',
  })
  readonly bytes!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly startedAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly finishedAt!: Date | null;

  @ApiProperty({ type: () => ReasonResponse, nullable: true })
  readonly error!: ReasonResponse | null;

  @ApiProperty({
    type: () => SyncRunPageResponse,
    isArray: true,
    maxItems: PAGES_IN_A_RUN,
    description: 'The first few. All of them are at `/v1/datasources/{id}/runs/{runId}/pages`.',
  })
  readonly pages!: SyncRunPageResponse[];

  static from({ run, pages }: RunReport): SyncRunResponse {
    const { id, jobId, state, added, unchanged, changed, gone, failed, skipped, duplicate } = run;
    const { startedAt, finishedAt, error, needsBrowser, bytes } = run;
    return {
      ...{ id, jobId, state, added, unchanged, changed, gone, failed, skipped, duplicate },
      ...{ startedAt, finishedAt, error, needsBrowser, bytes },
      durationMs: finishedAt ? Math.max(0, finishedAt.getTime() - startedAt.getTime()) : null,
      pages: pages.map((page) => SyncRunPageResponse.from(page)),
    };
  }
}

/** The pages of a run, one by one. */
export class RunPageList extends pageOf(SyncRunPageResponse) {}

export class SyncRunPageList extends pageOf(SyncRunResponse) {}
