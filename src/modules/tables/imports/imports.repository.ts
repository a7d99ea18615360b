import { Injectable } from '@nestjs/common';
import { decodeCursor, isoTime, type Page, type PageRequest, Sql, toPage } from '#common/database';
import {
  type AsideTable,
  type BatchOutcome,
  MAX_REJECTIONS,
  MAX_UNFINISHED,
  type Rejection,
  type TableImport,
} from './import.types.js';
import { ImportLimitReached } from './imports.errors.js';

const IMPORT = `i.id, i.workspace_id as "workspaceId", i.table_id as "tableId", i.file_id as "fileId",
  i.file_name as "fileName", i.file_bytes::float8 as "fileBytes", i.mode, i.key, i.settings, i.mapping,
  i.job_id as "jobId", j.state as "jobState", i.position, i.bytes_read::float8 as "bytesRead", i.created, i.updated, i.rejected,
  i.rows_per_second as "rowsPerSecond", i.bytes_per_second as "bytesPerSecond", i.aside,
  ${isoTime('i.created_at')} as "createdAt", ${isoTime('i.finished_at')} as "finishedAt"`;
const FROM = `from table_imports i left join jobs j on j.workspace_id = i.workspace_id and j.id = i.job_id`;

/** How far imports are, and what they could not take. */
@Injectable()
export class ImportsRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws ImportLimitReached */
  async add(one: TableImport): Promise<void> {
    const { id, workspaceId, tableId, fileId, fileName, fileBytes, mode, key } = one;
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `insert into table_imports (id, workspace_id, table_id, file_id, file_name, file_bytes, mode, key, settings, mapping, created_at)
       select ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?::bigint, ?, ?, ?::jsonb, ?::jsonb, now()
       where (select count(*) from table_imports i join jobs j on j.workspace_id = i.workspace_id and j.id = i.job_id
              where i.workspace_id = ? and i.finished_at is null and j.state in ('queued', 'running')) < ?
       returning id`,
      [
        ...[id, workspaceId, tableId, fileId, fileName, fileBytes, mode, key],
        ...[JSON.stringify(one.settings), JSON.stringify(one.mapping), workspaceId, MAX_UNFINISHED],
      ],
    );
    if (rows.length === 0) throw new ImportLimitReached('imports');
  }

  async saveJob(workspaceId: string, id: string, jobId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_imports set job_id = ?::uuid where workspace_id = ? and id = ?',
      [jobId, workspaceId, id],
    );
  }

  async find(workspaceId: string, id: string): Promise<TableImport | null> {
    const [row] = await this.sql.inWorkspace<TableImport>(
      workspaceId,
      `select ${IMPORT} ${FROM} where i.workspace_id = ? and i.id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  async list(
    workspaceId: string,
    tableId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<TableImport>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<TableImport>(
      workspaceId,
      `select ${IMPORT} ${FROM} where i.workspace_id = ? and i.table_id = ? and (?::uuid is null or i.id < ?)
       order by i.id desc limit ?`,
      [workspaceId, tableId, before, before, limit + 1],
    );
    return toPage(rows, limit);
  }

  /**
   * Notes what a batch came to, as part of the transaction that writes its records.
   * @returns whether the import was where it was thought to be: only then may the transaction be committed.
   */
  async advance({ id, workspaceId, position }: TableImport, outcome: BatchOutcome): Promise<boolean> {
    const rows = await this.sql.inWorkspace<{ before: number }>(
      workspaceId,
      `update table_imports set position = ?, bytes_read = ?::bigint, created = created + ?, updated = updated + ?,
         rejected = rejected + ?, rows_per_second = ?::float8, bytes_per_second = ?::float8
       where workspace_id = ? and id = ? and position = ? and finished_at is null
       returning (select count(*)::int from import_rejections r where r.import_id = ?) as before`,
      [
        ...[outcome.position, outcome.bytesRead, outcome.created, outcome.updated, outcome.rejected],
        ...[outcome.rowsPerSecond, outcome.bytesPerSecond, workspaceId, id, position, id],
      ],
    );
    const [row] = rows;
    if (!row) return false;
    await this.#addRejections(
      workspaceId,
      id,
      outcome.rejections.slice(0, MAX_REJECTIONS - row.before),
      row.before,
    );
    return true;
  }

  async saveAside({ id, workspaceId }: TableImport, aside: AsideTable): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_imports set aside = ?::jsonb where workspace_id = ? and id = ?',
      [JSON.stringify(aside), workspaceId, id],
    );
  }

  /** As if it had never begun. */
  async reset({ id, workspaceId }: TableImport): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from import_rejections where workspace_id = ? and import_id = ?',
      [workspaceId, id],
    );
    await this.sql.inWorkspace(
      workspaceId,
      `update table_imports set position = 0, bytes_read = 0, created = 0, updated = 0, rejected = 0, aside = null
       where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
  }

  async finish({ id, workspaceId }: TableImport): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_imports set finished_at = now(), bytes_read = file_bytes, aside = null where workspace_id = ? and id = ?',
      [workspaceId, id],
    );
  }

  /** Nobody asks any more; what was loaded aside goes, too. */
  async forgetOld(): Promise<void> {
    await this.sql.acrossWorkspaces(
      'forgets old imports',
      `delete from table_imports where created_at < now() - interval '30 days'`,
    );
  }

  /** In the order of their rows, from the given one on. */
  async rejections(workspaceId: string, id: string, after: number, limit: number): Promise<Rejection[]> {
    return this.sql.inWorkspace<Rejection>(
      workspaceId,
      `select row_number as "rowNumber", column_name as "column", value, reason from import_rejections
       where workspace_id = ? and import_id = ? and ordinal >= ? order by ordinal limit ?`,
      [workspaceId, id, after, limit],
    );
  }

  async #addRejections(
    workspaceId: string,
    id: string,
    rejections: readonly Rejection[],
    firstOrdinal: number,
  ): Promise<void> {
    if (rejections.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `insert into import_rejections (workspace_id, import_id, ordinal, row_number, column_name, value, reason)
       select w.workspace_id, ?::uuid, given.* from (select ?::uuid as workspace_id) w, unnest(?::int[], ?::int[], ?::text[], ?::text[], ?::text[]) as given
       where w.workspace_id = ?`,
      [
        ...[id, workspaceId],
        rejections.map((_, index) => firstOrdinal + index),
        ...[rejections.map(({ rowNumber }) => rowNumber), rejections.map(({ column }) => column)],
        ...[rejections.map(({ value }) => value), rejections.map(({ reason }) => reason), workspaceId],
      ],
    );
  }
}
