import { Injectable } from '@nestjs/common';
import { newId, Sql } from '#common/database';
import type { JobQueueName } from './job-queues.js';
import type { ClaimedJob, JobCounts, JobError, JobTicket } from './job.types.js';

/** How a claim stands: `lost` when another process has the job, or nobody can because its row is gone. */
export type ClaimStanding = 'held' | 'cancelled' | 'lost';

/** How a job ends. */
export type JobEnding =
  | { readonly state: 'succeeded'; readonly result: object | null }
  | { readonly state: 'failed'; readonly error: JobError }
  | { readonly state: 'cancelled' };

/** How far a job is. */
export interface JobReport {
  readonly progress: number;
  readonly stage: string | null;
  readonly counts: JobCounts | null;
  /** In how long the work will probably be done. */
  readonly endsInMs: number | null;
  /** Whether anything is other than it was. */
  readonly isNew: boolean;
}

/** What brings a job back to the queue. */
export interface Postponement {
  readonly delayMs: number;
  /** Why the attempt failed. */
  readonly error?: JobError;
  /** The attempt does not count: it was us who stopped it. */
  readonly isRefunded?: boolean;
}

/** How a finished claim was taken up by its row. */
export interface FinishedClaim {
  /** False when the claim was lost: nothing was changed. */
  readonly isAccepted: boolean;
  /** The job that a request during the run left behind. */
  readonly followUp: JobTicket | null;
}

const CLAIM_COLUMNS = `id, claim_id as "claimId", workspace_id as "workspaceId", queue, type, payload, attempt,
  max_attempts as "maxAttempts", backoff_ms as "backoffMs", request_id as "requestId", trace_parent as "traceParent",
  cancel_requested as "cancelRequested", stage, (counts->>'perSecond')::float as "perSecond",
  coalesce(extract(epoch from now() - progressed_at) * 1000, 0)::float as "stillForMs"`;
const REPORTED = `progress = ?, stage = ?, counts = ?::jsonb, estimated_end_at = now() + ? * interval '1 millisecond',
  progressed_at = case when ? then now() else progressed_at end`;
/**
 * The state of a job that is found by its id, so said that no index of waiting or running jobs fits: while its figures lag
 * behind, the planner takes such an index to be short, and reads all that wait to find one of them.
 */
const IS_QUEUED = `(state = 'queued') is true`;
const IS_RUNNING = `(state = 'running') is true`;
const HELD = `workspace_id = ? and id = ? and claim_id = ? and ${IS_RUNNING}`;

function valuesOf(report: JobReport | undefined): unknown[] {
  if (!report) return [];
  const { progress, stage, counts, endsInMs, isNew } = report;
  return [progress, stage, counts && JSON.stringify(counts), endsInMs, isNew];
}

function holder(claim: ClaimedJob): [string, string, string] {
  return [claim.workspaceId, claim.id, claim.claimId];
}

/**
 * The rows that processes hold. Every statement names the claim, so that a holder that was given up for dead changes
 * nothing when it comes back. Attempts cannot fence: giving back and retrying lower them.
 */
@Injectable()
export class JobClaimsRepository {
  constructor(private readonly sql: Sql) {}

  /** Takes a job that is due and of a known type; whatever was asked for until now, this run answers. */
  async claim(id: string, types: readonly string[]): Promise<ClaimedJob | null> {
    const [row] = await this.sql.acrossWorkspaces<ClaimedJob>(
      'a carrier knows ids only',
      `update jobs set state = 'running', claim_id = ?, attempt = attempt + 1, rerun = false,
         progress = case when turns > 0 then progress else 0 end, stage = case when turns > 0 then stage end,
         counts = case when turns > 0 then counts end, progressed_at = now(),
         estimated_end_at = case when turns > 0 then estimated_end_at end,
         heartbeat_at = now(), started_at = coalesce(started_at, now()), updated_at = now()
       where id = ? and ${IS_QUEUED} and run_after <= now() and type = any(?::text[])
       returning ${CLAIM_COLUMNS}`,
      [newId(), id, `{${types.join(',')}}`],
    );
    return row ?? null;
  }

  /** In how many milliseconds a waiting job of a known type is due; null when it does not wait. */
  async msUntilDue(id: string, types: readonly string[]): Promise<number | null> {
    const [row] = await this.sql.acrossWorkspaces<{ ms: number }>(
      'a carrier knows ids only',
      `select ceil(greatest(0, extract(epoch from run_after - now()) * 1000))::float as ms
       from jobs where id = ? and ${IS_QUEUED} and type = any(?::text[])`,
      [id, `{${types.join(',')}}`],
    );
    return row?.ms ?? null;
  }

  /** Says that the holder is alive, and optionally how far it is. */
  async beat(claim: ClaimedJob, report?: JobReport): Promise<ClaimStanding> {
    const [row] = await this.sql.inWorkspace<{ cancelRequested: boolean }>(
      claim.workspaceId,
      `update jobs set heartbeat_at = now(), updated_at = now()${report ? `, ${REPORTED}` : ''}
       where ${HELD} returning cancel_requested as "cancelRequested"`,
      [...valuesOf(report), ...holder(claim)],
    );
    if (!row) return 'lost';
    return row.cancelRequested ? 'cancelled' : 'held';
  }

  /**
   * Ends the job and, when it was asked for again meanwhile, queues it anew in the same statement, for when it is wanted.
   *
   * @param report how far it came, where that was not written yet.
   */
  async finish(claim: ClaimedJob, ending: JobEnding, report?: JobReport): Promise<FinishedClaim> {
    const [row] = await this.sql.inWorkspace<FinishedRow>(
      claim.workspaceId,
      `with finished as (
         update jobs set state = ?, progress = case when ? then 1 else coalesce(?::float, progress) end,
           counts = coalesce(?::jsonb, counts), stage = null, result = ?::jsonb,
           estimated_end_at = null, error = ?::jsonb, claim_id = null, heartbeat_at = null, finished_at = now(), updated_at = now()
         where ${HELD} returning *
       ), follow_up as (
         insert into jobs (id, workspace_id, queue, type, payload, dedupe_key, max_attempts, backoff_ms, request_id, trace_parent,
           run_after, created_at, updated_at)
         select ?, workspace_id, queue, type, payload, dedupe_key, max_attempts, backoff_ms, request_id, trace_parent,
           greatest(coalesce(rerun_after, now()), now()), now(), now()
         from finished where rerun
         returning id, run_after
       )
       select finished.queue, follow_up.id as "followUpId",
         ceil(extract(epoch from follow_up.run_after - now()) * 1000)::float as "delayMs"
       from finished left join follow_up on true`,
      [
        ending.state,
        ending.state === 'succeeded',
        report?.progress ?? null,
        report?.counts ? JSON.stringify(report.counts) : null,
        ending.state === 'succeeded' && ending.result ? JSON.stringify(ending.result) : null,
        ending.state === 'failed' ? JSON.stringify(ending.error) : null,
        ...holder(claim),
        newId(),
      ],
    );
    if (!row) return { isAccepted: false, followUp: null };
    const { followUpId: id, queue, delayMs } = row;
    return { isAccepted: true, followUp: id === null ? null : { id, queue, delayMs } };
  }

  /** Puts the job back into the queue. False when the claim was lost or somebody wants the job cancelled. */
  async postpone(claim: ClaimedJob, { delayMs, error, isRefunded }: Postponement): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      claim.workspaceId,
      `update jobs set state = 'queued', claim_id = null, heartbeat_at = null, stage = null, estimated_end_at = null,
         updated_at = now(),
         run_after = now() + ? * interval '1 millisecond', attempt = attempt - ?, error = coalesce(?::jsonb, error)
       where ${HELD} and not cancel_requested returning id`,
      [delayMs, isRefunded ? 1 : 0, error ? JSON.stringify(error) : null, ...holder(claim)],
    );
    return rows.length > 0;
  }

  /** Puts a job that goes on later back into the queue, with all its attempts. False as for `postpone`. */
  async goOn(claim: ClaimedJob, delayMs: number, report?: JobReport): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      claim.workspaceId,
      `update jobs set state = 'queued', claim_id = null, heartbeat_at = null, turns = turns + 1, attempt = 0, error = null,
         ${report ? `${REPORTED},` : ''} run_after = now() + ? * interval '1 millisecond', updated_at = now()
       where ${HELD} and not cancel_requested returning id`,
      [...valuesOf(report), delayMs, ...holder(claim)],
    );
    return rows.length > 0;
  }

  /** Jobs whose holders have said nothing for so long. */
  async listStale(olderThanMs: number, limit: number): Promise<ClaimedJob[]> {
    return this.sql.acrossWorkspaces<ClaimedJob>(
      'the sweeper serves every workspace',
      `select ${CLAIM_COLUMNS} from jobs
       where state = 'running' and heartbeat_at < now() - ? * interval '1 millisecond'
       order by heartbeat_at limit ?`,
      [olderThanMs, limit],
    );
  }

  /** Jobs that are due, of each queue the longest waiting ones, so that no queue hides another. */
  async listDue(queues: readonly JobQueueName[], limitPerQueue: number): Promise<JobTicket[]> {
    return this.sql.acrossWorkspaces<JobTicket>(
      'the sweeper serves every workspace',
      `select due.id, due.queue, 0 as "delayMs" from unnest(?::text[]) as wanted (queue)
       cross join lateral (
         select id, queue from jobs where queue = wanted.queue and state = 'queued' and run_after <= now()
         order by run_after limit ?
       ) as due`,
      [`{${queues.join(',')}}`, limitPerQueue],
    );
  }
}

interface FinishedRow {
  readonly queue: JobQueueName;
  readonly followUpId: string | null;
  /** Until it is due; of no meaning without one. */
  readonly delayMs: number;
}
