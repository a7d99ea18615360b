import { AsyncLocalStorage } from 'node:async_hooks';
import type { JobContext } from './job-handler.js';
import type { JobTiming } from './job-timing.js';
import type { ClaimedJob, JobTally } from './job.types.js';
import type { ClaimStanding, JobClaimsRepository, JobReport } from './job-claims.repository.js';
import { JobPace } from './job-pace.js';
import { JobCancelled, JobStalled, JobTakenOver } from './jobs.errors.js';

/** Whom an execution tells of what it notices. */
export interface ExecutionWatch {
  readonly onReported: () => void;
  /** The job is alive, but has come no further for too long. It is aborted already. */
  readonly onStalled: (reason: JobStalled) => void;
}

/**
 * One claimed job while it runs here: keeps the claim alive, writes its progress, sees when there is none, and carries
 * the abort.
 */
export class JobExecution {
  readonly context: JobContext;
  readonly #abort = new AbortController();
  // Reports are written outside of whatever transaction the handler has open while it reports.
  readonly #outside = AsyncLocalStorage.snapshot();
  #heartbeat?: NodeJS.Timeout;
  #reporting?: NodeJS.Timeout;
  #unwritten?: JobReport;
  #reportedAt = Number.NEGATIVE_INFINITY;
  readonly #pace: JobPace;
  #stage: string | null;
  #movedAt = performance.now();
  /** What was reported last, to tell what is new. */
  #position = '';

  constructor(
    readonly claim: ClaimedJob,
    private readonly claims: JobClaimsRepository,
    private readonly timing: JobTiming,
    private readonly watch: ExecutionWatch,
    private readonly standstillMs: number = timing.standstillMs,
  ) {
    this.context = this.#contextOf(claim);
    this.#pace = new JobPace(claim.perSecond);
    this.#stage = claim.stage;
  }

  /** What is being done, as far as the handler said. */
  get stage(): string | null {
    return this.#stage;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** How far the handler said that it is, written or not. */
  get lastReport(): JobReport | undefined {
    return this.#unwritten;
  }

  begin(): void {
    this.#movedAt = performance.now();
    this.#heartbeat = setInterval(() => {
      this.#watchForStandstill();
      void this.#beat();
    }, this.timing.heartbeatMs);
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
      progress: (fraction, stage, tally) => {
        this.#note(Math.min(1, Math.max(0, fraction)), stage ?? null, tally ?? null);
      },
      moves: () => {
        this.#movedAt = performance.now();
        if (this.#unwritten) this.#report({ ...this.#unwritten, isNew: true });
      },
      throwIfCancelled: () => {
        this.#abort.signal.throwIfAborted();
      },
    };
  }

  #note(progress: number, stage: string | null, tally: JobTally | null): void {
    const position = JSON.stringify([progress, stage, tally]);
    const isNew = position !== this.#position;
    if (isNew) this.#movedAt = performance.now();
    this.#position = position;
    this.#stage = stage;
    const pace = this.#pace.note(progress, tally, performance.now());
    this.#report({ progress, stage, ...pace, isNew: isNew || (this.#unwritten?.isNew ?? false) });
  }

  #watchForStandstill(): void {
    const stillForMs = performance.now() - this.#movedAt;
    if (stillForMs < this.standstillMs || this.signal.aborted) return;
    const reason = new JobStalled(this.#stage, stillForMs);
    this.abort(reason);
    this.watch.onStalled(reason);
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
    const report = this.#unwritten;
    if (report) this.#unwritten = { ...report, isNew: false };
    await this.#beat(report);
    this.watch.onReported();
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
