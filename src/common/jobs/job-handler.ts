import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { DomainError } from '#common/errors';
import type { JobContinuation } from './job-continuation.js';
import type { JobDeclaration } from './job-declaration.js';
import type { JobTally } from './job.types.js';

export const HANDLES = 'jobs:handles';

/** What a handler knows of its run. */
export interface JobContext {
  readonly job: {
    readonly id: string;
    readonly workspaceId: string;
    readonly attempt: number;
    readonly maxAttempts: number;
  };
  /** Aborts when the job is cancelled, taken over by another process, or its process stops. Pass it to all that waits. */
  readonly signal: AbortSignal;
  /** Whether a failure now is the end of it. */
  readonly isLastAttempt: boolean;
  /**
   * Shows how far the job is. Written now and then, never awaited, and outside of the handler's transactions.
   *
   * @param fraction 0 to 1.
   * @param stage what is being done, in a word or two.
   * @param tally of the parts that the job is made of, where it is made of many. The rate is found from it.
   *
   * A job that says nothing new for as long as its declaration allows is taken to stand still, and stopped.
   */
  progress(fraction: number, stage?: string, tally?: JobTally): void;
  /** Shows that the job comes further where it cannot say how far, so that it is not taken to stand still. */
  moves(): void;
  /** @throws the reason of the abort, which the handler lets pass. Call it between steps. */
  throwIfCancelled(): void;
}

/** Runs one kind of job: a controller for jobs, with one call to a service. */
export interface JobHandler<Payload extends object = object> {
  /** @returns what `GET /v1/jobs/{id}` shows as `result`, small and JSON; or word that the job goes on later. */
  run(payload: Payload, context: JobContext): Promise<object | JobContinuation | void>;
  /**
   * Tidies up when the job ends although nobody runs it: its processes died, and it may not be tried again, or it was
   * cancelled between two of its turns. Safe to repeat.
   *
   * @param reason JobLost or JobCancelled.
   */
  abandon?(payload: Payload, reason: DomainError): Promise<void>;
}

/** Marks the class that runs a kind of job. Each declared job has exactly one. */
export function Handles<Payload extends object>(
  declaration: JobDeclaration<Payload>,
): (handler: new (...dependencies: never[]) => JobHandler<Payload>) => void {
  return applyDecorators(Injectable(), SetMetadata(HANDLES, declaration));
}
