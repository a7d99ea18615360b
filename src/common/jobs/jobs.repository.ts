import { Injectable } from '@nestjs/common';
import { newId, Sql, translateViolations } from '#common/database';
import type { JobDeclaration } from './job-declaration.js';
import { JOB_COLUMNS, type JobRow, toJobView } from './job-row.js';
import { JobTwinExists } from './jobs.errors.js';
import type { JobOrigin, JobRef, JobView } from './job.types.js';

/** A job that somebody asks for. */
export interface RequestedJob {
  readonly workspaceId: string;
  readonly declaration: JobDeclaration;
  readonly payload: object;
  readonly dedupeKey: string | null;
  readonly delayMs: number;
  readonly origin: JobOrigin;
}

/** A job whose reader has seen this version of its row; null when none. */
export interface KnownJob {
  readonly id: string;
  readonly version: string | null;
}

/** A job whose row has another version now, or is gone. */
export interface ChangedJob {
  readonly id: string;
  readonly version: string | null;
  readonly view: JobView | null;
}

const UNKNOWN_ORIGIN: JobOrigin = { requestId: null, traceParent: null };

/** Jobs as their workspace sees them. Times are the database's own: several machines share the rows. */
@Injectable()
export class JobsRepository {
  constructor(private readonly sql: Sql) {}

  /**
   * Writes the row. A waiting twin is joined as it is, origin included, but comes no later than is asked for now unless it
   * waits between tries or turns. A running one is marked to go round again, when the first that asks for it wants it.
   */
  async add({
    workspaceId,
    declaration,
    payload,
    dedupeKey,
    delayMs,
    origin,
  }: RequestedJob): Promise<JobRef> {
    const [row] = await this.sql.inWorkspace<JobRef>(
      workspaceId,
      `insert into jobs (id, workspace_id, queue, type, payload, dedupe_key, max_attempts, backoff_ms, request_id, trace_parent,
         run_after, created_at, updated_at)
       values (?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, now() + ? * interval '1 millisecond', now(), now())
       on conflict (workspace_id, type, dedupe_key) where dedupe_key is not null and state in ('queued', 'running')
       do update set rerun = jobs.rerun or jobs.state = 'running', updated_at = now(),
         rerun_after = case when jobs.state = 'running'
           then least(case when jobs.rerun then jobs.rerun_after end, excluded.run_after) end,
         run_after = case when jobs.state = 'queued' and jobs.attempt = 0 and jobs.turns = 0
           then least(jobs.run_after, excluded.run_after) else jobs.run_after end
       where jobs.workspace_id = excluded.workspace_id
       returning id, state`,
      [
        newId(),
        workspaceId,
        declaration.queue,
        declaration.name,
        JSON.stringify(payload),
        dedupeKey,
        declaration.attempts,
        declaration.backoffMs,
        origin.requestId,
        origin.traceParent,
        delayMs,
      ],
    );
    if (!row) throw new Error('The job row was neither written nor found.');
    return row;
  }

  async find(workspaceId: string, id: string): Promise<JobView | null> {
    const [row] = await this.sql.inWorkspace<JobRow>(
      workspaceId,
      `select ${JOB_COLUMNS} from jobs where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
    return row ? toJobView(row) : null;
  }

  /** Of these jobs, those whose row has changed or is gone. Whoever names a job has been shown it before. */
  async listChanged(known: readonly KnownJob[]): Promise<ChangedJob[]> {
    const rows = await this.sql.acrossWorkspaces<WatchedRow>(
      'readers of every workspace wait for their jobs',
      // Times are too coarse to tell two updates apart; a row's transaction is not.
      `select known."knownId", jobs.xmin::text as "rowVersion", ${JOB_COLUMNS}
       from unnest(?::uuid[], ?::text[]) as known ("knownId", version) left join jobs on jobs.id = known."knownId"
       where jobs.id is null or jobs.xmin::text is distinct from known.version`,
      [
        `{${known.map(({ id }) => id).join(',')}}`,
        `{${known.map(({ version }) => version ?? 'null').join(',')}}`,
      ],
    );
    return rows.map(({ knownId, rowVersion, ...row }) => ({
      id: knownId,
      version: rowVersion,
      view: rowVersion === null ? null : toJobView(row),
    }));
  }

  /**
   * Ends a waiting job, asks a running one to end. One that waits for its next turn has something to tidy up: it stays
   * `queued` until a process has done so. Null when it had finished.
   */
  async cancel(workspaceId: string, id: string): Promise<JobView | null> {
    const [row] = await this.sql.inWorkspace<JobRow>(
      workspaceId,
      `update jobs set cancel_requested = true, rerun = false, updated_at = now(),
         state = case when state = 'queued' and turns = 0 then 'cancelled' else state end,
         finished_at = case when state = 'queued' and turns = 0 then now() end,
         run_after = case when state = 'queued' then now() else run_after end
       where workspace_id = ? and id = ? and state in ('queued', 'running')
       returning ${JOB_COLUMNS}`,
      [workspaceId, id],
    );
    return row ? toJobView(row) : null;
  }

  /**
   * Queues a failed or cancelled job as if it were new. Null when it is neither.
   *
   * @throws JobTwinExists when the same work is on its way as another job.
   */
  async retry(
    workspaceId: string,
    id: string,
    { requestId, traceParent }: JobOrigin = UNKNOWN_ORIGIN,
  ): Promise<JobView | null> {
    return translateViolations({ jobs_live_twin: () => new JobTwinExists() }, async () => {
      const [row] = await this.sql.inWorkspace<JobRow>(
        workspaceId,
        `update jobs set state = 'queued', attempt = 0, progress = 0, stage = null, counts = null, turns = 0,
           progressed_at = null, estimated_end_at = null,
           error = null, result = null,
           rerun = false, cancel_requested = false, run_after = now(), started_at = null, finished_at = null,
           request_id = ?, trace_parent = ?, updated_at = now()
         where workspace_id = ? and id = ? and state in ('failed', 'cancelled')
         returning ${JOB_COLUMNS}`,
        [requestId, traceParent, workspaceId, id],
      );
      return row ? toJobView(row) : null;
    });
  }
}

interface WatchedRow extends JobRow {
  readonly knownId: string;
  readonly rowVersion: string | null;
}
