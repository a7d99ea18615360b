import { isDatabaseAway } from '#common/database';
import { DomainError, type ErrorKind, Unavailable } from '#common/errors';
import type { JobError } from './job.types.js';

/** Wraps a failure that no further attempt can mend although its kind says otherwise. */
export class PermanentFailure extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message, { cause });
    this.name = 'PermanentFailure';
  }
}

/** What is to be done about a failed attempt. */
export interface JobFailure {
  readonly error: JobError;
  /** Whether another attempt may help. */
  readonly isFinal: boolean;
  /** Whether we know the failure; others are bugs or outages and belong in the log. */
  readonly isKnown: boolean;
  /** The least pause that the failure asks for. */
  readonly retryAfterMs: number;
}

/** What is told of a failure, with what was being done then. */
export function errorOf({ code, message }: JobError, stage: string | null): JobError {
  return { code, message, ...(stage === null ? {} : { stage }) };
}

const PASSING: readonly ErrorKind[] = ['limited', 'unavailable'];

/** Reads a thrown thing. Unknown ones may pass, and say nothing of themselves to the outside. */
export function failureOf(thrown: unknown): JobFailure {
  if (thrown instanceof PermanentFailure) return { ...failureOf(thrown.cause), isFinal: true };
  if (isDatabaseAway(thrown)) return failureOf(new Unavailable(undefined, thrown));
  if (!(thrown instanceof DomainError)) {
    const error = { code: 'internal', message: 'The job failed unexpectedly.' };
    return { error, isFinal: false, isKnown: false, retryAfterMs: 0 };
  }
  return {
    error: { code: thrown.code, message: thrown.message },
    isFinal: !PASSING.includes(thrown.kind),
    isKnown: true,
    retryAfterMs: (thrown.details.retryAfterSeconds ?? 0) * 1_000,
  };
}

/**
 * The pause after a failed attempt: exponential with full jitter, so that jobs that failed together do not return together.
 *
 * @param attempt the one that failed, from 1.
 * @param random 0 to 1.
 */
export function backoffMs(firstMs: number, attempt: number, maxMs: number, random: number): number {
  return Math.round(Math.min(maxMs, firstMs * 2 ** (attempt - 1)) * random);
}
