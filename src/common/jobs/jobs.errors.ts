import { DomainError } from '#common/errors';

/** The job has ended; there is nothing to cancel. */
export class JobAlreadyFinished extends DomainError {
  static readonly code = 'jobs.already_finished';
  static readonly kind = 'conflict';
  constructor() {
    super(JobAlreadyFinished, 'The job has already finished.');
  }
}

/** Only a job that failed or was cancelled can be run again. */
export class JobNotRetryable extends DomainError {
  static readonly code = 'jobs.not_retryable';
  static readonly kind = 'conflict';
  constructor() {
    super(JobNotRetryable, 'Only a failed or cancelled job can be retried.');
  }
}

/** The same work is waiting or running as another job. */
export class JobTwinExists extends DomainError {
  static readonly code = 'jobs.twin_exists';
  static readonly kind = 'conflict';
  constructor() {
    super(JobTwinExists, 'Another job is already waiting or running for the same work.');
  }
}

/** Stored when a job's processes died as often as it may be tried. */
export class JobLost extends DomainError {
  static readonly code = 'jobs.lost';
  static readonly kind = 'unavailable';
  constructor(stage: string | null = null) {
    super(JobLost, `The process that ran the job stopped without a word${inStage(stage)}.`);
  }
}

/** Reason of the abort when a job is alive, but has come no further for too long. */
export class JobStalled extends DomainError {
  static readonly code = 'jobs.stalled';
  static readonly kind = 'unavailable';
  constructor(
    readonly stage: string | null,
    readonly stillForMs: number,
  ) {
    super(JobStalled, `The job stood still for ${spanOf(stillForMs)}${inStage(stage)}.`);
  }
}

/** Reason of the abort when somebody cancelled the job. */
export class JobCancelled extends DomainError {
  static readonly code = 'jobs.cancelled';
  static readonly kind = 'conflict';
  constructor() {
    super(JobCancelled, 'The job was cancelled.');
  }
}

/** Reason of the abort when another process holds the job now, or its row is gone. */
export class JobTakenOver extends DomainError {
  static readonly code = 'jobs.taken_over';
  static readonly kind = 'conflict';
  constructor() {
    super(JobTakenOver, 'Another process has taken the job over.');
  }
}

/** Reason of the abort when the process stops; the job goes back to the queue. */
export class ProcessStopping extends DomainError {
  static readonly code = 'jobs.process_stopping';
  static readonly kind = 'unavailable';
  constructor() {
    super(ProcessStopping, 'The process is stopping.');
  }
}

function inStage(stage: string | null): string {
  return stage === null ? '' : ` in the stage "${stage}"`;
}

function spanOf(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000)} minutes`;
}
