import { ApiProperty } from '@nestjs/swagger';
import { JOB_QUEUE_NAMES, type JobQueueName } from '../job-queues.js';
import type { JobCounts, JobError, JobState, JobView } from '../job.types.js';

export const JOB_STATES: readonly JobState[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];

/** Names a job in the answer of the route that started it. */
export class JobRefResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: [...JOB_STATES], enumName: 'JobState', example: 'running' })
  readonly state!: JobState;
}

export class JobErrorResponse implements JobError {
  @ApiProperty({
    type: 'string',
    example: 'jobs.lost',
    description:
      'Stable; decide by this. `jobs.lost` (its process died), `jobs.stalled` (it stood still for too long), `internal`, or what kept the work from being done.',
  })
  readonly code!: string;

  @ApiProperty({ type: 'string', example: 'The process that ran the job stopped without a word.' })
  readonly message!: string;

  @ApiProperty({
    type: 'string',
    required: false,
    example: 'reading',
    description: 'What was being done then.',
  })
  readonly stage?: string;
}

export class JobCountsResponse implements JobCounts {
  @ApiProperty({ type: 'integer', minimum: 0, example: 120 })
  readonly done!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    example: 400,
    description: 'How many there are in all, as far as is known yet; `null` when it is not known at all.',
  })
  readonly known!: number | null;

  @ApiProperty({ type: 'string', example: 'pages', description: 'What is counted.' })
  readonly unit!: string;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    nullable: true,
    example: 12.5,
    description: 'Of the last half minute; `null` until that can be said.',
  })
  readonly perSecond!: number | null;
}

export class JobResponse extends JobRefResponse {
  @ApiProperty({ type: 'string', example: 'datasource.sync' })
  readonly type!: string;

  @ApiProperty({ type: 'string', enum: [...JOB_QUEUE_NAMES], enumName: 'JobQueue' })
  readonly queue!: JobQueueName;

  @ApiProperty({ type: 'number', minimum: 0, maximum: 1, example: 0.5 })
  readonly progress!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'reading',
    description: 'What is being done just now.',
  })
  readonly stage!: string | null;

  @ApiProperty({
    type: () => JobCountsResponse,
    required: false,
    description: 'Of the parts of the work, where it has many: the pages of a site, the rows of a file.',
  })
  readonly counts?: JobCountsResponse;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    required: false,
    description:
      'Since when `progress`, `stage` and `counts` have been as they are. A job that stands still for too long is stopped, fails with `jobs.stalled`, and is tried again while it has attempts left.',
  })
  readonly progressedAt?: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    required: false,
    description:
      'When the work will probably be done, at the rate of late. Missing where that cannot be said.',
  })
  readonly estimatedEndAt?: Date;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 1,
    description:
      'Which try this is; 0 until the first starts. A long job takes turns with others, and each turn is counted anew.',
  })
  readonly attempt!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 5 })
  readonly maxAttempts!: number;

  @ApiProperty({ type: () => JobErrorResponse, required: false, description: 'Why the last attempt failed.' })
  readonly error?: JobErrorResponse;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    example: { outcome: 'added', chunkCount: 12 },
    description: 'What the job achieved; depends on its type.',
  })
  readonly result?: unknown;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', required: false })
  readonly startedAt?: Date;

  @ApiProperty({ type: 'string', format: 'date-time', required: false })
  readonly finishedAt?: Date;

  static from(view: JobView): JobResponse {
    const { counts, error, result, progressedAt, estimatedEndAt, startedAt, finishedAt, ...job } = view;
    return {
      ...job,
      ...(progressedAt ? { progressedAt } : {}),
      ...(estimatedEndAt ? { estimatedEndAt } : {}),
      ...(counts ? { counts } : {}),
      ...(error ? { error } : {}),
      ...(result === null ? {} : { result }),
      ...(startedAt ? { startedAt } : {}),
      ...(finishedAt ? { finishedAt } : {}),
    };
  }
}
