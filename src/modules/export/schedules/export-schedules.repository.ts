import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, type PageRequest, Sql, toPage } from '#common/database';
import { type ExportSchedule, type ExportScheduleRun, MAX_SCHEDULES } from './export-schedule.types.js';
import { TooManyExportSchedules } from './export-schedules.errors.js';

const RUN = `r.job_id as "jobId", r.export_id as "exportId", r.started_at as "startedAt", r.delivered_at as "deliveredAt",
  j.state as "jobState", j.finished_at as "jobEndedAt", j.error, e.row_count::float8 as rows`;
const ITS_JOB = `left join jobs j on j.workspace_id = r.workspace_id and j.id = r.job_id
  left join exports e on e.workspace_id = r.workspace_id and e.id = r.export_id`;
const SCHEDULE = `s.id, s.workspace_id as "workspaceId", s.name, s.draft as export, s.is_incremental as "isIncremental",
  s.is_paused as "isPaused", s.cron, s.timezone, s.target, s.sealed, s.watermark::text as watermark, s.version, s.runner,
  s.created_at as "createdAt", s.updated_at as "updatedAt", ${RUN}`;
const FROM = `from export_schedules s
  left join lateral (select * from export_schedule_runs x where x.workspace_id = s.workspace_id and x.schedule_id = s.id
    order by x.started_at desc, x.job_id desc limit 1) r on true
  ${ITS_JOB}`;
/** So many runs of a schedule are remembered. */
const RUNS_KEPT = 100;

type RunRow = Omit<ExportScheduleRun, 'endedAt'> & { readonly jobEndedAt: Date | null };
type Row = Omit<ExportSchedule, 'lastRun'> & (RunRow | { readonly [Name in keyof RunRow]: null });

/** A run as the job that makes it knows it. */
export interface BegunRun {
  readonly exportId: string | null;
  readonly deliveredAt: Date | null;
  /** Of the schedule, when the run began. */
  readonly version: number;
  /** Whether none has begun since. */
  readonly isLatest: boolean;
}

/** Schedules of exports and their runs. */
@Injectable()
export class ExportSchedulesRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws TooManyExportSchedules */
  async add(one: ExportSchedule): Promise<void> {
    const rows = await this.sql.inWorkspace(
      one.workspaceId,
      `insert into export_schedules (id, workspace_id, name, draft, is_incremental, cron, timezone, target, sealed, runner,
         created_at, updated_at)
       select ?::uuid, ?::uuid, ?, ?::jsonb, ?::boolean, ?, ?, ?::jsonb, ?, ?::jsonb, ?::timestamptz, ?::timestamptz
       where (select count(*) from export_schedules where workspace_id = ?) < ? returning id`,
      [
        ...[one.id, one.workspaceId, one.name, JSON.stringify(one.export), one.isIncremental, one.cron],
        ...[one.timezone, JSON.stringify(one.target), one.sealed, JSON.stringify(one.runner)],
        ...[one.createdAt, one.updatedAt, one.workspaceId, MAX_SCHEDULES],
      ],
    );
    if (rows.length === 0) throw new TooManyExportSchedules();
  }

  async find(workspaceId: string, id: string): Promise<ExportSchedule | null> {
    const [row] = await this.sql.inWorkspace<Row>(
      workspaceId,
      `select ${SCHEDULE} ${FROM} where s.workspace_id = ? and s.id = ?`,
      [workspaceId, id],
    );
    return row ? toSchedule(row) : null;
  }

  /** Newest first. */
  async list(workspaceId: string, { limit, cursor }: PageRequest): Promise<Page<ExportSchedule>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<Row>(
      workspaceId,
      `select ${SCHEDULE} ${FROM} where s.workspace_id = ? and (?::uuid is null or s.id < ?)
       order by s.id desc limit ?`,
      [workspaceId, before, before, limit + 1],
    );
    return toPage(rows.map(toSchedule), limit);
  }

  /** @returns whether nobody has changed it since it was read. */
  async save(one: ExportSchedule): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      one.workspaceId,
      `update export_schedules set name = ?, draft = ?::jsonb, is_incremental = ?::boolean, is_paused = ?::boolean, cron = ?,
         timezone = ?, target = ?::jsonb, sealed = ?, watermark = ?::pg_snapshot, runner = ?::jsonb,
         updated_at = ?::timestamptz, version = version + 1
       where workspace_id = ? and id = ? and version = ? returning id`,
      [
        ...[one.name, JSON.stringify(one.export), one.isIncremental, one.isPaused, one.cron, one.timezone],
        ...[JSON.stringify(one.target), one.sealed, one.watermark, JSON.stringify(one.runner)],
        ...[one.updatedAt, one.workspaceId, one.id, one.version],
      ],
    );
    return rows.length > 0;
  }

  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from export_schedules where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }

  /** Notes that a job makes a run, once however often it is tried, and forgets the oldest runs. */
  async beginRun({ workspaceId, id, version }: ExportSchedule, jobId: string): Promise<BegunRun> {
    await this.sql.inWorkspace(
      workspaceId,
      `with old as (
         delete from export_schedule_runs where workspace_id = ? and schedule_id = ? and job_id in (
           select job_id from export_schedule_runs where workspace_id = ? and schedule_id = ?
           order by started_at desc offset ${String(RUNS_KEPT - 1)})
       )
       insert into export_schedule_runs (job_id, workspace_id, schedule_id, version, started_at)
       select ?::uuid, s.workspace_id, s.id, ?::int, clock_timestamp() from export_schedules s
       where s.workspace_id = ? and s.id = ? on conflict (job_id) do nothing`,
      [...[workspaceId, id, workspaceId, id], ...[jobId, version, workspaceId, id]],
    );
    const [run] = await this.sql.inWorkspace<BegunRun>(
      workspaceId,
      `select r.export_id as "exportId", r.delivered_at as "deliveredAt", r.version, not exists (
           select 1 from export_schedule_runs x where x.workspace_id = r.workspace_id and x.schedule_id = r.schedule_id
             and x.started_at > r.started_at) as "isLatest"
       from export_schedule_runs r where r.workspace_id = ? and r.job_id = ?`,
      [workspaceId, jobId],
    );
    if (!run) throw new Error('The schedule of the run has gone.');
    return run;
  }

  /** Those that are remembered, newest first. */
  async listRuns(
    workspaceId: string,
    id: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<ExportScheduleRun>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<RunRow & { id: string }>(
      workspaceId,
      `select r.job_id as id, ${RUN} from export_schedule_runs r ${ITS_JOB}
       where r.workspace_id = ? and r.schedule_id = ? and (?::uuid is null or r.job_id < ?)
       order by r.job_id desc limit ?`,
      [workspaceId, id, before, before, limit + 1],
    );
    const { data, nextCursor } = toPage(rows, limit);
    return { data: data.map(toRun), nextCursor };
  }

  async noteExport(workspaceId: string, jobId: string, exportId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update export_schedule_runs set export_id = ?::uuid where workspace_id = ? and job_id = ?',
      [exportId, workspaceId, jobId],
    );
  }

  /** Notes a delivery, and from where the next run goes on unless the schedule was changed meanwhile. */
  async finishRun(
    { workspaceId, id, version }: ExportSchedule,
    jobId: string,
    snapshot: string,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `with run as (
         update export_schedule_runs set delivered_at = now() where workspace_id = ? and job_id = ?
       )
       update export_schedules set watermark = ?::pg_snapshot where workspace_id = ? and id = ? and version = ?`,
      [...[workspaceId, jobId], ...[snapshot, workspaceId, id, version]],
    );
  }

  /** Every sealed secret, to be sealed with another key. */
  secrets(): Promise<Pick<ExportSchedule, 'id' | 'workspaceId' | 'sealed'>[]> {
    return this.sql.acrossWorkspaces(
      'seals every secret anew',
      'select id, workspace_id as "workspaceId", sealed from export_schedules',
    );
  }

  async reseal(
    { id, workspaceId, sealed: before }: Pick<ExportSchedule, 'id' | 'workspaceId' | 'sealed'>,
    sealed: string,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update export_schedules set sealed = ? where workspace_id = ? and id = ? and sealed = ?',
      [sealed, workspaceId, id, before],
    );
  }
}

/** Hand-written SQL gives times as texts. */
function toSchedule(read: Row): ExportSchedule {
  const { jobId, exportId, startedAt, deliveredAt, jobState, jobEndedAt, error, rows, ...row } = read;
  return {
    ...row,
    ...{ createdAt: new Date(row.createdAt), updatedAt: new Date(row.updatedAt) },
    lastRun:
      jobId === null
        ? null
        : toRun({ jobId, exportId, startedAt, deliveredAt, jobState, jobEndedAt, error, rows }),
  };
}

/** A run has ended when its file was delivered, or when its job gave up. */
function toRun({ jobEndedAt, startedAt, deliveredAt, ...run }: RunRow): ExportScheduleRun {
  const endedAt = deliveredAt ?? jobEndedAt;
  return {
    ...run,
    startedAt: new Date(startedAt),
    deliveredAt: deliveredAt && new Date(deliveredAt),
    endedAt: endedAt && new Date(endedAt),
  };
}
