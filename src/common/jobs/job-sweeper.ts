import { Injectable, Logger } from '@nestjs/common';
import { defineCounter, Meter } from '#common/telemetry';
import { JobChanges } from './job-changes.js';
import { JobClaimsRepository } from './job-claims.repository.js';
import { JOB_QUEUE_NAMES } from './job-queues.js';
import { JobRunner } from './job-runner.js';
import { JobTiming } from './job-timing.js';
import { errorOf } from './job-failure.js';
import { JobCancelled, JobLost } from './jobs.errors.js';
import type { ClaimedJob } from './job.types.js';
import { JobCarrier } from './ports/job-carrier.port.js';

const jobsLost = defineCounter({
  name: 'colloquy_jobs_lost_total',
  help: 'Attempts of jobs whose process died, as noticed by this one.',
  labels: ['type'],
});

const STALE_LIMIT = 100;
const DUE_LIMIT_PER_QUEUE = 200;

/**
 * Finds work that nobody carries: waiting jobs that the carrier does not know, and running ones whose process died.
 * Any number of processes may sweep at once.
 *
 * Nobody is taken for dead who only could not speak: not this process by itself, and after an outage of the database
 * not the others before they have had time for a heartbeat.
 */
@Injectable()
export class JobSweeper {
  readonly #logger = new Logger(JobSweeper.name);
  #timer?: NodeJS.Timeout;
  #sweeping: Promise<void> = Promise.resolve();
  #isFailing = false;
  #trustsSilenceFrom = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly claims: JobClaimsRepository,
    private readonly runner: JobRunner,
    private readonly carrier: JobCarrier,
    private readonly changes: JobChanges,
    private readonly timing: JobTiming,
    private readonly meter: Meter,
  ) {}

  /** Sweeps now and from now on. */
  start(): void {
    const next = (): void => {
      this.#sweeping = this.#trySweep().then(() => {
        if (this.#timer) this.#timer = setTimeout(next, this.timing.sweepMs);
      });
    };
    this.#timer = setTimeout(next, 0);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#sweeping;
  }

  async sweep(): Promise<void> {
    if (performance.now() >= this.#trustsSilenceFrom) await this.#releaseStale();
    const due = await this.claims.listDue(JOB_QUEUE_NAMES, DUE_LIMIT_PER_QUEUE);
    due.forEach((ticket) => {
      this.carrier.offer(ticket);
    });
  }

  async #releaseStale(): Promise<void> {
    for (const claim of await this.claims.listStale(this.timing.staleAfterMs, STALE_LIMIT)) {
      if (!this.runner.holds(claim)) await this.#release(claim);
    }
  }

  /** The attempt of the dead process counts: a job that kills its process must not do so for ever. */
  async #release(claim: ClaimedJob): Promise<void> {
    this.#logger.warn(
      {
        jobId: claim.id,
        jobType: claim.type,
        attempt: claim.attempt,
        stage: claim.stage,
        stillForMs: claim.stillForMs,
      },
      'A job lost its process',
    );
    this.meter.count(jobsLost, { type: claim.type });
    if (claim.cancelRequested) {
      await this.runner.abandon(claim, new JobCancelled());
    } else if (claim.attempt >= claim.maxAttempts) {
      await this.runner.abandon(claim, new JobLost(claim.stage));
    } else {
      await this.claims.postpone(claim, {
        delayMs: 0,
        error: errorOf(new JobLost(claim.stage), claim.stage),
      });
    }
    this.changes.changed(claim.id);
  }

  async #trySweep(): Promise<void> {
    try {
      await this.sweep();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#logger.error({ err: error }, 'Cannot look for waiting jobs; going on trying');
      this.#isFailing = true;
      this.#trustsSilenceFrom = performance.now() + this.timing.sweepMs + 2 * this.timing.heartbeatMs;
    }
  }
}
