import type { JobQueueName } from './job-queues.js';
import type { JobCounts, JobError, JobState, JobView } from './job.types.js';

/** Columns of a `JobView`, as SQL names them. */
export const JOB_COLUMNS = `id, type, queue, state, progress, stage, counts, attempt, max_attempts as "maxAttempts", error, result,
  progressed_at as "progressedAt", estimated_end_at as "estimatedEndAt",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"`;

/** A selected row; the driver leaves times as text. */
export interface JobRow {
  readonly id: string;
  readonly type: string;
  readonly queue: JobQueueName;
  readonly state: JobState;
  readonly progress: number;
  readonly stage: string | null;
  readonly counts: JobCounts | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly error: JobError | null;
  readonly result: unknown;
  readonly progressedAt: string | null;
  readonly estimatedEndAt: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

function toDate(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}

export function toJobView(row: JobRow): JobView {
  return {
    ...row,
    createdAt: new Date(row.createdAt),
    progressedAt: toDate(row.progressedAt),
    estimatedEndAt: toDate(row.estimatedEndAt),
    startedAt: toDate(row.startedAt),
    finishedAt: toDate(row.finishedAt),
  };
}
