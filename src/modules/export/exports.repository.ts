import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, type PageRequest, Sql, toPage } from '#common/database';
import type { KeptFile } from '#common/storage';
import { type Export, type ExportPart, MAX_UNFINISHED } from './export.types.js';
import { TooManyExports } from './exports.errors.js';

const EXPORT = `e.id, e.workspace_id as "workspaceId", e.resource, e.format, e.settings, e.file_name as "fileName",
  e.watermark::text as snapshot, e.since::text as since, e.job_id as "jobId", j.state as "jobState",
  e.row_count::float8 as "rowCount", e.bytes::float8 as bytes, e.part_count as "partCount", e.sha256,
  e.cut_values::float8 as "cutValues", e.created_by_id as "createdById", e.created_by_user_id as "createdByUserId",
  e.created_at as "createdAt", e.finished_at as "finishedAt", e.expires_at as "expiresAt", e.removed_at as "removedAt"`;
const FROM = `from exports e left join jobs j on j.workspace_id = e.workspace_id and j.id = e.job_id`;
const PART = `id, ordinal, row_count::float8 as "rowCount", bytes::float8 as bytes, sha256, position, state,
  finished_at as "finishedAt"`;

/** A part that was written. */
export interface WrittenPart extends Pick<ExportPart, 'id' | 'ordinal' | 'rowCount' | 'position' | 'state'> {
  readonly kept: KeptFile;
  readonly cutValues: number;
}

/** Which exports a list shows. */
export interface ExportFilter {
  readonly resource?: string;
}

/** Exports and the parts of their files. */
@Injectable()
export class ExportsRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws TooManyExports */
  async add(one: Export): Promise<void> {
    const rows = await this.sql.inWorkspace(
      one.workspaceId,
      `insert into exports (id, workspace_id, resource, format, settings, file_name, watermark, since, created_by_id,
         created_by_user_id, created_at, expires_at)
       select ?::uuid, ?::uuid, ?, ?, ?::jsonb, ?, ?::pg_snapshot, ?::pg_snapshot, ?::uuid, ?::uuid, ?::timestamptz, ?::timestamptz
       where (select count(*) from exports e join jobs j on j.workspace_id = e.workspace_id and j.id = e.job_id
              where e.workspace_id = ? and e.finished_at is null and j.state in ('queued', 'running')) < ?
       returning id`,
      [
        ...[one.id, one.workspaceId, one.resource, one.format, JSON.stringify(one.settings), one.fileName],
        ...[one.snapshot, one.since, one.createdById, one.createdByUserId, one.createdAt, one.expiresAt],
        ...[one.workspaceId, MAX_UNFINISHED],
      ],
    );
    if (rows.length === 0) throw new TooManyExports();
  }

  async saveJob(workspaceId: string, id: string, jobId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update exports set job_id = ?::uuid where workspace_id = ? and id = ?',
      [jobId, workspaceId, id],
    );
  }

  async find(workspaceId: string, id: string): Promise<Export | null> {
    const [row] = await this.sql.inWorkspace<Export>(
      workspaceId,
      `select ${EXPORT} ${FROM} where e.workspace_id = ? and e.id = ?`,
      [workspaceId, id],
    );
    return row ? withDates(row) : null;
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    { resource }: ExportFilter,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Export>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<Export>(
      workspaceId,
      `select ${EXPORT} ${FROM} where e.workspace_id = ? and (?::uuid is null or e.id < ?)
         and (?::text is null or e.resource = ?)
       order by e.id desc limit ?`,
      [workspaceId, before, before, resource ?? null, resource ?? null, limit + 1],
    );
    return toPage(rows.map(withDates), limit);
  }

  /** In their order. */
  async parts(workspaceId: string, exportId: string): Promise<ExportPart[]> {
    return this.sql.inWorkspace<ExportPart>(
      workspaceId,
      `select ${PART} from export_parts where workspace_id = ? and export_id = ? order by ordinal`,
      [workspaceId, exportId],
    );
  }

  /** Notes a part before its file is written, so that no file is ever unknown. */
  async beginPart(
    { workspaceId, id }: Pick<Export, 'workspaceId' | 'id'>,
    partId: string,
    ordinal: number,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into export_parts (id, workspace_id, export_id, ordinal)
       select ?::uuid, e.workspace_id, e.id, ?::int from exports e where e.workspace_id = ? and e.id = ?
       on conflict (export_id, ordinal) do update set id = excluded.id where export_parts.finished_at is null`,
      [partId, ordinal, workspaceId, id],
    );
  }

  /** Forgets a part that was not finished. */
  async dropPart(workspaceId: string, partId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from export_parts where workspace_id = ? and id = ? and finished_at is null',
      [workspaceId, partId],
    );
  }

  /**
   * Notes what a part came to.
   * @returns whether the export was where it was thought to be: otherwise somebody else writes it, and the part is void.
   */
  async finishPart(
    { workspaceId, id }: Pick<Export, 'workspaceId' | 'id'>,
    part: WrittenPart,
  ): Promise<boolean> {
    const { bytes, sha256 } = part.kept;
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `with written as (
         update export_parts set row_count = ?, bytes = ?, sha256 = ?, position = ?, state = ?::jsonb, finished_at = now()
         where workspace_id = ? and id = ? and export_id = ? and ordinal = ? and finished_at is null
         returning id
       )
       update exports e set part_count = ?::int + 1, row_count = e.row_count + ?, bytes = e.bytes + ?,
         cut_values = e.cut_values + ?
       from written where e.workspace_id = ? and e.id = ? and e.part_count = ?::int and e.finished_at is null
         and e.removed_at is null
       returning e.id`,
      [
        ...[part.rowCount, bytes, sha256, part.position, JSON.stringify(part.state)],
        ...[workspaceId, part.id, id, part.ordinal],
        ...[part.ordinal, part.rowCount, bytes, part.cutValues, workspaceId, id, part.ordinal],
      ],
    );
    return rows.length > 0;
  }

  /** @returns whether it had not been finished, nor removed. */
  async finish({ workspaceId, id }: Pick<Export, 'workspaceId' | 'id'>, sha256: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update exports set finished_at = now(), sha256 = ?
       where workspace_id = ? and id = ? and finished_at is null and removed_at is null returning id`,
      [sha256, workspaceId, id],
    );
    return rows.length > 0;
  }

  /** Its parts become leftovers, whose files somebody removes. */
  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from exports where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }

  /** Ends all exports of a workspace; their parts become leftovers. @returns how many there were. */
  async endAll(workspaceId: string): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ ended: number }>(
      workspaceId,
      `with ended as (
         update exports set removed_at = now() where workspace_id = ? and removed_at is null returning id
       ), parts as (
         delete from export_parts where workspace_id = ? and export_id in (select id from ended)
       )
       select count(*)::int as ended from ended`,
      [workspaceId, workspaceId],
    );
    return row?.ended ?? 0;
  }

  /** Ends exports whose time is over, and forgets old ones; their parts become leftovers. */
  async expire(): Promise<void> {
    await this.sql.acrossWorkspaces(
      'exports of every workspace come to their end',
      `with ended as (
         update exports set removed_at = now() where removed_at is null and expires_at < now() returning id
       )
       delete from export_parts where export_id in (select id from ended)`,
    );
    await this.sql.acrossWorkspaces(
      'forgets old exports',
      `delete from exports where removed_at < now() - interval '90 days'`,
    );
  }

  /** Files that belong to no export any more. */
  async leftovers(limit: number): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ id: string }>(
      'files whose exports have gone',
      'select file_id as id from export_leftovers order by noted_at limit ?',
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  async forgetLeftover(id: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'files whose exports have gone',
      'delete from export_leftovers where file_id = ?::uuid',
      [id],
    );
  }
}

/** Hand-written SQL gives times as texts. */
function withDates(row: Export): Export {
  const { createdAt, finishedAt, expiresAt, removedAt } = row;
  return {
    ...row,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
    finishedAt: finishedAt && new Date(finishedAt),
    removedAt: removedAt && new Date(removedAt),
  };
}
