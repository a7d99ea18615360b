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
  /** What was being done then. */
  readonly stage?: string;
}

/** How much of its work a job has done, as its handler says. */
export interface JobTally {
  readonly done: number;
  /** How many there are, as far as it is known yet; null when it is not known at all. */
  readonly known: number | null;
  /** What is counted, as a plural: `pages`. */
  readonly unit: string;
}

/** How much of its work a job has done, and how fast it is. */
export interface JobCounts extends JobTally {
  /** Of late; null until that can be said. */
  readonly perSecond: number | null;
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
  /** Since when it has stood where it is. */
  readonly progressedAt: Date | null;
  /** When it will probably have done its work, at the rate of late; null where that cannot be said. */
  readonly estimatedEndAt: Date | null;
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
  /** What was being done when it was last heard of. */
  readonly stage: string | null;
  /** For how long that had not changed. */
  readonly stillForMs: number;
  /** Of the turn before. */
  readonly perSecond: number | null;
  /** Somebody cancelled the job between two of its turns. */
  readonly cancelRequested: boolean;
}
