import { ApiProperty } from '@nestjs/swagger';
import { JobErrorResponse } from '#common/jobs';
import { pageOf } from '#common/validation';
import type { DeliveryTarget } from '../ports/export-delivery.port.js';
import type { ExportScheduleRun, ExportScheduleView } from '../schedules/export-schedule.types.js';
import { DeliveryWebhookDto, ScheduledExportDto } from './export-schedule.dto.js';

export const RUN_STATUSES = ['waiting', 'running', 'delivered', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export class DeliveryBucketResponse {
  @ApiProperty({ type: 'string', example: 'exports' })
  readonly bucket!: string;

  @ApiProperty({ type: 'string', example: 'eu-central-1' })
  readonly region!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'https://s3.example.com' })
  readonly endpoint!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'colloquy/messages' })
  readonly prefix!: string | null;

  @ApiProperty({ type: 'boolean' })
  readonly pathStyle!: boolean;

  @ApiProperty({ type: 'string', example: 'AKIAIOSFODNN7EXAMPLE' })
  readonly accessKeyId!: string;
}

/** One of the two; nothing that opens the bucket or signs for us. */
export class DeliveryResponse {
  @ApiProperty({ type: () => DeliveryWebhookDto, nullable: true })
  readonly webhook!: DeliveryWebhookDto | null;

  @ApiProperty({ type: () => DeliveryBucketResponse, nullable: true })
  readonly s3!: DeliveryBucketResponse | null;

  static from(target: DeliveryTarget): DeliveryResponse {
    if (target.kind === 'webhook') return { webhook: { url: target.url }, s3: null };
    const { bucket, region, endpoint, prefix, hasPathStyle: pathStyle, accessKeyId } = target;
    return { webhook: null, s3: { bucket, region, endpoint, prefix, pathStyle, accessKeyId } };
  }
}

export class ExportScheduleRunResponse {
  @ApiProperty({
    type: 'string',
    enum: [...RUN_STATUSES],
    enumName: 'ExportScheduleRunStatus',
    example: 'delivered',
    description: '`waiting`: before it is tried again. `failed`: its rows come with a later run.',
  })
  readonly status!: RunStatus;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly jobId!: string;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly exportId!: string | null;

  @ApiProperty({
    type: () => JobErrorResponse,
    nullable: true,
    description:
      'Why the last attempt failed. `exports.delivery_failed`: nobody took the file. `exports.schedule_runner_gone`: whoever it runs as has left. `exports.schedule_run_outdated`: there was a later run.',
  })
  readonly error!: JobErrorResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly startedAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly deliveredAt!: Date | null;

  @ApiProperty({
    ...{ type: 'string', format: 'date-time', nullable: true },
    description: 'When it was delivered, or given up.',
  })
  readonly endedAt!: Date | null;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, example: 1_204 },
    description: 'Of its export, as far as it is written; null while there is none, or none any more.',
  })
  readonly rows!: number | null;

  static from(run: ExportScheduleRun): ExportScheduleRunResponse {
    const { jobId, exportId, startedAt, deliveredAt, endedAt, rows } = run;
    const status = statusOf(run);
    const error = deliveredAt ? null : run.error;
    return { status, jobId, exportId, error, startedAt, deliveredAt, endedAt, rows };
  }
}

export class ExportScheduleRunPage extends pageOf(ExportScheduleRunResponse) {}

export class ExportScheduleResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Messages for the warehouse' })
  readonly name!: string;

  @ApiProperty({ type: () => ScheduledExportDto, example: { resource: 'messages', format: 'csv' } })
  readonly export!: object;

  @ApiProperty({ type: 'boolean' })
  readonly incremental!: boolean;

  @ApiProperty({ type: 'string', example: '30 6 * * 1-5' })
  readonly cron!: string;

  @ApiProperty({ type: 'string', example: 'Europe/Berlin' })
  readonly timezone!: string;

  @ApiProperty({ type: 'boolean' })
  readonly paused!: boolean;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Null while it is paused, and when it comes round no more.',
  })
  readonly nextRunAt!: Date | null;

  @ApiProperty({ type: () => DeliveryResponse })
  readonly deliverTo!: DeliveryResponse;

  @ApiProperty({ type: () => ExportScheduleRunResponse, nullable: true })
  readonly lastRun!: ExportScheduleRunResponse | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    description: 'The user or API key that made or changed it last, with whose rights it runs.',
  })
  readonly runsAsId!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from(one: ExportScheduleView): ExportScheduleResponse {
    return fieldsOf(one);
  }
}

export class ExportSchedulePage extends pageOf(ExportScheduleResponse) {}

export class ChangedExportScheduleResponse extends ExportScheduleResponse {
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'cq_sign_…',
    description: 'By which a new webhook is signed. Shown this once.',
  })
  readonly secret!: string | null;

  static override from(one: ExportScheduleView): ChangedExportScheduleResponse {
    return { ...fieldsOf(one), secret: one.newSecret };
  }
}

type ExportScheduleFields = { readonly [Name in keyof ExportScheduleResponse]: ExportScheduleResponse[Name] };

function fieldsOf(one: ExportScheduleView): ExportScheduleFields {
  const { id, name, cron, timezone, nextRunAt, lastRun, createdAt, updatedAt } = one;
  return {
    ...{ id, name, export: one.export, incremental: one.isIncremental, cron, timezone, nextRunAt },
    ...{ paused: one.isPaused, deliverTo: DeliveryResponse.from(one.target), runsAsId: one.runner.id },
    lastRun: lastRun && ExportScheduleRunResponse.from(lastRun),
    ...{ createdAt, updatedAt },
  };
}

function statusOf({ deliveredAt, jobState }: ExportScheduleRun): RunStatus {
  if (deliveredAt) return 'delivered';
  if (jobState === 'queued') return 'waiting';
  return jobState === 'running' || jobState === 'cancelled' ? jobState : 'failed';
}
