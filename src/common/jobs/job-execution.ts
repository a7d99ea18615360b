import { AsyncLocalStorage } from 'node:async_hooks';
import type { JobContext } from './job-handler.js';
import type { JobTiming } from './job-timing.js';
import type { ClaimedJob } from './job.types.js';
import type { ClaimStanding, JobClaimsRepository, JobReport } from './job-claims.repository.js';
import { JobCancelled, JobTakenOver } from './jobs.errors.js';

/** One claimed job while it runs here: keeps the claim alive, writes its progress and carries the abort. */
export class JobExecution {
  readonly context: JobContext;
  readonly #abort = new AbortController();
  // Reports are written outside of whatever transaction the handler has open while it reports.
  readonly #outside = AsyncLocalStorage.snapshot();
  #heartbeat?: NodeJS.Timeout;
  #reporting?: NodeJS.Timeout;
  #unwritten?: JobReport;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly claim: ClaimedJob,
    private readonly claims: JobClaimsRepository,
    private readonly timing: JobTiming,
    private readonly onReported: () => void,
  ) {
    this.context = this.#contextOf(claim);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** How far the handler said that it is, written or not. */
  get lastReport(): JobReport | undefined {
    return this.#unwritten;
  }

  begin(): void {
    this.#heartbeat = setInterval(() => void this.#beat(), this.timing.heartbeatMs);
  }

  end(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#reporting);
    this.#unwritten = undefined;
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  #contextOf({ id, workspaceId, attempt, maxAttempts }: ClaimedJob): JobContext {
    return {
      job: { id, workspaceId, attempt, maxAttempts },
      signal: this.#abort.signal,
      isLastAttempt: attempt >= maxAttempts,
      progress: (fraction, stage, counts) => {
        this.#report({
          progress: Math.min(1, Math.max(0, fraction)),
          stage: stage ?? null,
          counts: counts ?? null,
        });
      },
      throwIfCancelled: () => {
        this.#abort.signal.throwIfAborted();
      },
    };
  }

  #report(report: JobReport): void {
    this.#unwritten = report;
    if (this.#reporting || this.signal.aborted) return;
    const pauseMs = Math.max(0, this.#reportedAt + this.timing.progressMs - performance.now());
    this.#outside(() => {
      this.#reporting = setTimeout(() => void this.#writeReport(), pauseMs);
    });
  }

  async #writeReport(): Promise<void> {
    this.#reporting = undefined;
    this.#reportedAt = performance.now();
    await this.#beat(this.#unwritten);
    this.onReported();
  }

  async #beat(report?: JobReport): Promise<void> {
    try {
      this.#heed(await this.claims.beat(this.claim, report));
    } catch {
      // The database is away. The claim goes stale if it stays away; the next beat tells.
    }
  }

  #heed(standing: ClaimStanding): void {
    if (standing === 'cancelled') this.abort(new JobCancelled());
    if (standing === 'lost') this.abort(new JobTakenOver());
  }
}
