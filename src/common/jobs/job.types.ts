import type { JobQueueName } from './job-queues.js';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export function isFinished(state: JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/** What the service that enqueued a job gets, and shows to its caller. */
export interface JobRef {
  readonly id: string;
  readonly state: JobState;
}

/** Why a job failed, fit to be shown. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** How much of its work a job has done. */
export interface JobCounts {
  readonly done: number;
  /** As far as it is known yet. */
  readonly known: number;
  readonly perSecond: number;
}

/** A job as it may be seen from outside. */
export interface JobView extends JobRef {
  readonly type: string;
  readonly queue: JobQueueName;
  /** 0 to 1. */
  readonly progress: number;
  /** What is being done just now, in a word or two. */
  readonly stage: string | null;
  /** For jobs that are made of many equal parts. */
  readonly counts: JobCounts | null;
  /** Which try this is; 0 until the first starts. Counted anew for each turn of a job that takes several. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Of the last attempt that failed. */
  readonly error: JobError | null;
  /** What the handler returned. */
  readonly result: unknown;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What a carrier is told: which row, of which queue, and how soon. */
export interface JobTicket {
  readonly id: string;
  readonly queue: JobQueueName;
  /** From now; 0 or less means at once. */
  readonly delayMs: number;
}

/** Where a job was asked for. */
export interface JobOrigin {
  /** Of the request, for the job's log lines. */
  readonly requestId: string | null;
  /** The W3C `traceparent` that the job goes on from. */
  readonly traceParent: string | null;
}

/** A row that this process holds. Whoever holds another `claimId` can no longer change it. */
export interface ClaimedJob extends JobOrigin {
  readonly id: string;
  readonly claimId: string;
  readonly workspaceId: string;
  readonly queue: JobQueueName;
  readonly type: string;
  readonly payload: unknown;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** Somebody cancelled the job between two of its turns. */
  readonly cancelRequested: boolean;
}
