import { Injectable } from '@nestjs/common';
import { newId, Sql } from '#common/database';
import type { ScheduleSubject, ScheduleTimes, ScheduleView } from './schedules.types.js';

/** A schedule whose time has come. */
export interface DueSchedule extends ScheduleTimes {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: string;
  readonly payload: object;
  /** By the clock of the database, which all processes share. */
  readonly now: Date;
}

const VIEW = `subject_id as "subjectId", cron, timezone, next_run_at as "nextRunAt", last_run_at as "lastRunAt"`;

/** Schedules, one for each subject and kind. */
@Injectable()
export class SchedulesRepository {
  constructor(private readonly sql: Sql) {}

  async now(): Promise<Date> {
    const [row] = await this.sql.acrossWorkspaces<{ now: Date }>('the clock of the database', 'select now()');
    return asDate((row as { now: Date }).now);
  }

  async put(
    { workspaceId, subjectId }: ScheduleSubject,
    schedule: ScheduleTimes & { kind: string; payload: object; nextRunAt: Date | null },
  ): Promise<ScheduleView> {
    const { kind, payload, cron, timezone, nextRunAt } = schedule;
    const [row] = await this.sql.inWorkspace<ScheduleView>(
      workspaceId,
      `insert into schedules (id, workspace_id, kind, subject_id, payload, cron, timezone, next_run_at, created_at, updated_at)
       values (?, ?, ?, ?, ?::jsonb, ?, ?, ?::timestamptz, now(), now())
       on conflict (workspace_id, kind, subject_id) do update set payload = excluded.payload, cron = excluded.cron,
         timezone = excluded.timezone, next_run_at = excluded.next_run_at, updated_at = now()
       where schedules.workspace_id = excluded.workspace_id
       returning ${VIEW}`,
      [
        newId(),
        workspaceId,
        kind,
        subjectId,
        JSON.stringify(payload),
        cron,
        timezone,
        nextRunAt?.toISOString() ?? null,
      ],
    );
    return toView(row as ScheduleView);
  }

  async remove(kind: string, { workspaceId, subjectId }: ScheduleSubject): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from schedules where workspace_id = ? and kind = ? and subject_id = ?',
      [workspaceId, kind, subjectId],
    );
  }

  async list(kind: string, workspaceId: string, subjectIds: readonly string[]): Promise<ScheduleView[]> {
    const rows = await this.sql.inWorkspace<ScheduleView>(
      workspaceId,
      `select ${VIEW} from schedules where workspace_id = ? and kind = ? and subject_id = any(?::uuid[])`,
      [workspaceId, kind, `{${subjectIds.join(',')}}`],
    );
    return rows.map(toView);
  }

  /** Locks some of those that are due; another process gets others. */
  async lockDue(kinds: readonly string[], limit: number): Promise<DueSchedule[]> {
    const rows = await this.sql.acrossWorkspaces<DueSchedule>(
      'time comes for all workspaces',
      `select id, workspace_id as "workspaceId", kind, payload, cron, timezone, now() as now from schedules
       where next_run_at <= now() and kind = any(?::text[]) order by next_run_at limit ? for update skip locked`,
      [`{${kinds.join(',')}}`, limit],
    );
    return rows.map((row) => ({ ...row, now: asDate(row.now) }));
  }

  async advance({ workspaceId, id }: DueSchedule, nextRunAt: Date | null): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update schedules set last_run_at = now(), next_run_at = ?::timestamptz where workspace_id = ? and id = ?',
      [nextRunAt?.toISOString() ?? null, workspaceId, id],
    );
  }
}

/** The two databases' drivers do not agree on what a time is. */
function asDate(value: Date | string): Date {
  return new Date(value);
}

function toView(row: ScheduleView): ScheduleView {
  const { nextRunAt, lastRunAt } = row;
  return { ...row, nextRunAt: nextRunAt && asDate(nextRunAt), lastRunAt: lastRunAt && asDate(lastRunAt) };
}
