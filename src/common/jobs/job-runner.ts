import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway, Tenancy } from '#common/database';
import { defineCounter, Meter, Operations, type Run, serveCall } from '#common/telemetry';
import { JobChanges } from './job-changes.js';
import { type JobEnding, JobClaimsRepository } from './job-claims.repository.js';
import { JobContinuation } from './job-continuation.js';
import { JobExecution } from './job-execution.js';
import { backoffMs, errorOf, failureOf } from './job-failure.js';
import { JobHandlers } from './job-handlers.js';
import { factsOf, jobRun } from './job-run.operation.js';
import { JobTiming } from './job-timing.js';
import { JobCancelled, type JobLost, JobStalled, JobTakenOver, ProcessStopping } from './jobs.errors.js';
import type { ClaimedJob } from './job.types.js';
import { JobCarrier } from './ports/job-carrier.port.js';

const jobsStalled = defineCounter({
  name: 'colloquy_jobs_stalled_total',
  help: 'Attempts of jobs that were stopped because they came no further.',
  labels: ['type'],
});

interface Running {
  readonly execution: JobExecution;
  /** Resolves when the job has ended here, or was put back. */
  readonly settled: Promise<number | null>;
  readonly settle: (againInMs: number | null) => void;
}

/** Runs claimed jobs and writes down how they end. */
@Injectable()
export class JobRunner {
  readonly #logger = new Logger(JobRunner.name);
  readonly #running = new Set<Running>();
  #isDraining = false;

  constructor(
    private readonly claims: JobClaimsRepository,
    private readonly handlers: JobHandlers,
    private readonly carrier: JobCarrier,
    private readonly changes: JobChanges,
    private readonly tenancy: Tenancy,
    private readonly timing: JobTiming,
    private readonly operations: Operations,
    private readonly meter: Meter,
  ) {
    changes.onCancelRequested((id) => {
      this.#cancel(id);
    });
  }

  /** A `DeliverJob`. A job that another process holds, or that has ended, is left alone. */
  async run(id: string): Promise<number | null> {
    if (this.#isDraining) return 0;
    const types = this.handlers.types();
    const claim = await this.claims.claim(id, types);
    if (!claim) return this.claims.msUntilDue(id, types);
    if (claim.cancelRequested) return this.#endCancelled(claim);
    const execution = this.#executionOf(claim);
    if (this.#isDraining) return this.#putBack(execution);
    const running = this.#begin(execution);
    try {
      return await running.settled;
    } finally {
      this.#running.delete(running);
      this.changes.changed(id);
    }
  }

  /** Whether the job runs here and now, whatever its row says of heartbeats. */
  holds({ claimId }: ClaimedJob): boolean {
    return [...this.#running].some(({ execution }) => execution.claim.claimId === claimId);
  }

  /** Ends a job that nobody runs, and lets its handler tidy up before. */
  async abandon(claim: ClaimedJob, reason: JobCancelled | JobLost): Promise<void> {
    if (this.handlers.types().includes(claim.type)) {
      const handler = this.handlers.get(claim.type);
      await this.tenancy
        .run(claim.workspaceId, async () => handler.abandon?.(claim.payload as object, reason))
        .catch((error: unknown) => {
          if (isDatabaseAway(error)) throw error;
          this.#logger.error({ err: error, jobId: claim.id }, 'A lost job could not be tidied up');
        });
    }
    await this.claims.finish(
      claim,
      reason instanceof JobCancelled
        ? { state: 'cancelled' }
        : { state: 'failed', error: errorOf(reason, claim.stage) },
    );
  }

  /** Lets running jobs end for so long, then aborts the rest and puts them back for other processes. */
  async drain(timeoutMs: number): Promise<void> {
    this.#isDraining = true;
    const limit = new AbortController();
    const ended = Promise.allSettled([...this.#running].map(({ settled }) => settled));
    await Promise.race([ended, sleep(timeoutMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
    await Promise.all([...this.#running].map((job) => this.#stop(job)));
  }

  #cancel(id: string): void {
    for (const { execution } of this.#running) {
      if (execution.claim.id === id) execution.abort(new JobCancelled());
    }
  }

  #executionOf(claim: ClaimedJob): JobExecution {
    const watch = {
      onReported: () => {
        this.changes.changed(claim.id);
      },
      onStalled: (reason: JobStalled) => void this.#giveUpStalled(execution, reason),
    };
    const standstillMs = this.handlers.standstillMsOf(claim.type);
    const execution = new JobExecution(claim, this.claims, this.timing, watch, standstillMs);
    return execution;
  }

  /** A handler that does not heed its abort is left to itself: its claim is gone, so that nothing it does counts. */
  async #giveUpStalled(execution: JobExecution, reason: JobStalled): Promise<void> {
    const { stage, stillForMs } = reason;
    const { id: jobId, type: jobType, attempt } = execution.claim;
    this.#logger.warn({ jobId, jobType, attempt, stage, stillForMs }, 'A job stands still');
    this.meter.count(jobsStalled, { type: jobType });
    const running = [...this.#running].find((one) => one.execution === execution);
    if (!running || (await this.#unwinds(running))) return;
    execution.end();
    running.settle(await this.#fail(execution, reason));
  }

  #begin(execution: JobExecution): Running {
    const stopped = Promise.withResolvers<number | null>();
    const settled = Promise.race([this.#perform(execution), stopped.promise]);
    const running = { execution, settled, settle: stopped.resolve };
    this.#running.add(running);
    return running;
  }

  async #stop(running: Running): Promise<void> {
    const { execution, settle } = running;
    execution.abort(new ProcessStopping());
    if (await this.#unwinds(running)) return;
    execution.end();
    settle(await this.#putBack(execution));
  }

  /** Whether an aborted handler ends in time. */
  #unwinds({ settled }: Running): Promise<boolean> {
    const unwound = settled.then(
      () => true,
      () => true,
    );
    return Promise.race([unwound, sleep(this.timing.unwindMs, false)]);
  }

  /** All that the job does is known as its own and as asked for by the request it came from. */
  #perform(execution: JobExecution): Promise<number | null> {
    const { claim } = execution;
    const { id: jobId, type: jobType, requestId, traceParent: parent } = claim;
    return serveCall({ jobId, jobType, ...(requestId === null ? {} : { requestId }) }, () =>
      this.operations.run(jobRun, factsOf(claim), (run) => this.#attempt(execution, run), { parent }),
    );
  }

  async #attempt(execution: JobExecution, run: Run): Promise<number | null> {
    const { claim, context } = execution;
    execution.begin();
    this.changes.changed(claim.id);
    try {
      const result = await this.tenancy.run(claim.workspaceId, () =>
        this.handlers.get(claim.type).run(claim.payload as object, context),
      );
      execution.signal.throwIfAborted();
      if (result instanceof JobContinuation) return await this.#goOn(execution, result, run);
      return await this.#finish(execution, { state: 'succeeded', result: result ?? null }, run);
    } catch (thrown) {
      return await this.#endBadly(execution, thrown, run);
    } finally {
      execution.end();
    }
  }

  async #endBadly(execution: JobExecution, thrown: unknown, run: Run): Promise<number | null> {
    const reason: unknown = execution.signal.reason;
    if (reason instanceof JobCancelled) return this.#finish(execution, { state: 'cancelled' }, run);
    if (reason instanceof JobTakenOver) {
      run.endAs('taken_over');
      return null;
    }
    if (reason instanceof ProcessStopping) {
      run.endAs('put_back');
      return this.#putBack(execution);
    }
    return this.#fail(execution, reason instanceof JobStalled ? reason : thrown, run);
  }

  async #fail(execution: JobExecution, thrown: unknown, run?: Run): Promise<number | null> {
    const { claim, context, stage } = execution;
    const { isFinal, isKnown, retryAfterMs, ...failure } = failureOf(thrown);
    const error = errorOf(failure.error, stage);
    const about = { attempt: claim.attempt, code: error.code };
    if (isKnown) this.#logger.warn(about, 'A job failed');
    else this.#logger.error({ ...about, err: thrown }, 'A job failed unexpectedly');
    if (isFinal || context.isLastAttempt) return this.#finish(execution, { state: 'failed', error }, run);
    run?.endAs('retried', error.code);
    const pause = backoffMs(claim.backoffMs, claim.attempt, this.timing.maxBackoffMs, Math.random());
    const delayMs = Math.max(pause, retryAfterMs);
    const isWaiting = await this.#insistently(() => this.claims.postpone(claim, { delayMs, error }));
    return isWaiting ? delayMs : this.#finish(execution, { state: 'cancelled' }, run);
  }

  /** For another process, at once, and as if it had not been tried here. */
  async #putBack(execution: JobExecution): Promise<number | null> {
    const isWaiting = await this.claims.postpone(execution.claim, { delayMs: 0, isRefunded: true });
    return isWaiting ? 0 : this.#endCancelled(execution.claim);
  }

  async #goOn(
    { claim, lastReport }: JobExecution,
    { delayMs }: JobContinuation,
    run: Run,
  ): Promise<number | null> {
    run.endAs('continued');
    const isWaiting = await this.#insistently(() => this.claims.goOn(claim, delayMs, lastReport));
    return isWaiting ? delayMs : this.#endCancelled(claim);
  }

  /** Ends a job whose handler does not run, so that it could not see that the job was cancelled. */
  async #endCancelled(claim: ClaimedJob): Promise<null> {
    await this.abandon(claim, new JobCancelled());
    this.changes.changed(claim.id);
    return null;
  }

  async #finish(execution: JobExecution, ending: JobEnding, run?: Run): Promise<null> {
    const { isAccepted, followUp } = await this.#insistently(() =>
      this.claims.finish(execution.claim, ending, execution.lastReport),
    );
    if (!isAccepted) this.#logger.warn({ jobId: execution.claim.id }, 'A job ended after it was taken over');
    run?.endAs(
      isAccepted ? ending.state : 'taken_over',
      ending.state === 'failed' ? ending.error.code : undefined,
    );
    if (followUp) this.carrier.offer(followUp);
    return null;
  }

  /** A job whose end is not written down is run again: better to wait until the database is back. */
  async #insistently<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isDatabaseAway(error) || this.#isDraining) throw error;
        await sleep(this.timing.writeAgainMs);
      }
    }
  }
}
