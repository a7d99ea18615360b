import { Injectable } from '@nestjs/common';
import { isoTime, Sql, translateViolations } from '#common/database';
import { storageOf } from '../storage/names.js';
import { TableLinkedElsewhere } from './remote.errors.js';
import type {
  LinkChange,
  LinkedField,
  LinkedRecord,
  LinkReport,
  TableLink,
  LinkError,
} from './remote.types.js';

const LINK = `l.id, l.workspace_id as "workspaceId", l.table_id as "tableId", l.connection_id as "connectionId",
  l.remote_table_id as "remoteTableId", l.remote_name as "remoteName", l.push_back as "pushBack", l.fields,
  l.wanted_at as "wantedAt", l.job_id as "jobId", j.state as "jobState", l.report, l.push_report as "pushReport", l.last_error as "lastError",
  ${isoTime('l.created_at')} as "createdAt", ${isoTime('l.synced_at')} as "syncedAt"`;
const FROM = 'from table_links l left join jobs j on j.workspace_id = l.workspace_id and j.id = l.job_id';

type Whose = Pick<TableLink, 'id' | 'workspaceId'>;

/** Which tables follow which of other services, and which records are the same. */
@Injectable()
export class LinksRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws TableLinkedElsewhere */
  async add(link: TableLink): Promise<void> {
    const { id, workspaceId, tableId, connectionId, remoteTableId, remoteName, pushBack } = link;
    const taken = (): TableLinkedElsewhere => new TableLinkedElsewhere();
    await translateViolations({ table_links_table_unique: taken, table_links_remote_unique: taken }, () =>
      this.sql.inWorkspace(
        workspaceId,
        `insert into table_links (id, workspace_id, table_id, connection_id, remote_table_id, remote_name, push_back, fields, created_at)
         select ?::uuid, t.workspace_id, t.id, ?::uuid, ?, ?, ?::boolean, '[]', now()
         from hosted_tables t where t.workspace_id = ? and t.id = ?`,
        [id, connectionId, remoteTableId, remoteName, pushBack, workspaceId, tableId],
      ),
    );
  }

  async ofTable(workspaceId: string, tableId: string): Promise<TableLink | null> {
    const [row] = await this.sql.inWorkspace<TableLink>(
      workspaceId,
      `select ${LINK} ${FROM} where l.workspace_id = ? and l.table_id = ?`,
      [workspaceId, tableId],
    );
    return row ?? null;
  }

  async find(workspaceId: string, id: string): Promise<TableLink | null> {
    const [row] = await this.sql.inWorkspace<TableLink>(
      workspaceId,
      `select ${LINK} ${FROM} where l.workspace_id = ? and l.id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  async savePushBack({ id, workspaceId }: Whose, pushBack: boolean): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_links set push_back = ?::boolean where workspace_id = ? and id = ?',
      [pushBack, workspaceId, id],
    );
  }

  /** The remote records are wanted, by a job. */
  async want({ id, workspaceId }: Whose, jobId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_links set wanted_at = clock_timestamp(), job_id = ?::uuid where workspace_id = ? and id = ?',
      [jobId, workspaceId, id],
    );
  }

  async saveFields(
    { id, workspaceId }: Whose,
    remoteName: string,
    fields: readonly LinkedField[],
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_links set remote_name = ?, fields = ?::jsonb where workspace_id = ? and id = ?',
      [remoteName, JSON.stringify(fields), workspaceId, id],
    );
  }

  /** All of the remote table is here now, unless it was asked for once more meanwhile. */
  async saveReport({ id, workspaceId, wantedAt }: TableLink, report: LinkReport): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update table_links set report = ?::jsonb, last_error = null, synced_at = now(),
         wanted_at = case when wanted_at = ?::timestamptz then null else wanted_at end
       where workspace_id = ? and id = ?`,
      [JSON.stringify(report), wantedAt, workspaceId, id],
    );
  }

  /** Changes that were made here are there now. */
  async savePushReport({ id, workspaceId }: Whose, report: LinkReport): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_links set push_report = ?::jsonb, last_error = null where workspace_id = ? and id = ?',
      [JSON.stringify(report), workspaceId, id],
    );
  }

  /** @param isOver whether nobody tries again: then the records are not wanted any more, either. */
  async saveError(
    { id, workspaceId, wantedAt }: TableLink,
    error: LinkError,
    isOver: boolean,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update table_links set last_error = ?::jsonb,
         wanted_at = case when ?::boolean and wanted_at = ?::timestamptz then null else wanted_at end
       where workspace_id = ? and id = ?`,
      [JSON.stringify(error), isOver, wantedAt, workspaceId, id],
    );
  }

  async remove(workspaceId: string, tableId: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from table_links where workspace_id = ? and table_id = ? returning id',
      [workspaceId, tableId],
    );
    return rows.length > 0;
  }

  /** What is known of remote records, by their ids. */
  async byRemoteIds(
    { id, workspaceId }: Whose,
    remoteIds: readonly string[],
  ): Promise<Map<string, LinkedRecord>> {
    const rows = await this.sql.inWorkspace<LinkedRecord>(
      workspaceId,
      `select remote_id as "remoteId", record_id as "recordId", hash from table_link_records
       where workspace_id = ? and link_id = ? and remote_id = any(?::text[])`,
      [workspaceId, id, remoteIds],
    );
    return new Map(rows.map((row) => [row.remoteId, row]));
  }

  /** What is known of records of the hosted table, by their ids. */
  async byRecordIds(
    { id, workspaceId }: Whose,
    recordIds: readonly string[],
  ): Promise<Map<string, LinkedRecord>> {
    const rows = await this.sql.inWorkspace<LinkedRecord>(
      workspaceId,
      `select remote_id as "remoteId", record_id as "recordId", hash from table_link_records
       where workspace_id = ? and link_id = ? and record_id = any(?::uuid[])`,
      [workspaceId, id, recordIds],
    );
    return new Map(rows.map((row) => [row.recordId, row]));
  }

  /** @param runId of the run that has seen them. */
  async saveRecords(
    { id, workspaceId }: Whose,
    runId: string,
    records: readonly LinkedRecord[],
  ): Promise<void> {
    if (records.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `insert into table_link_records (workspace_id, link_id, remote_id, record_id, hash, seen_run)
       select ?::uuid, l.id, given.remote_id, given.record_id, given.hash, ?::uuid
       from table_links l, unnest(?::text[], ?::uuid[], ?::text[]) as given (remote_id, record_id, hash)
       where l.workspace_id = ? and l.id = ?
       on conflict (link_id, remote_id) do update
         set record_id = excluded.record_id, hash = excluded.hash, seen_run = excluded.seen_run`,
      [
        ...[workspaceId, runId, records.map(({ remoteId }) => remoteId)],
        ...[records.map(({ recordId }) => recordId), records.map(({ hash }) => hash), workspaceId, id],
      ],
    );
  }

  /** Notes that records are there still, as they were. */
  async see({ id, workspaceId }: Whose, runId: string, remoteIds: readonly string[]): Promise<void> {
    if (remoteIds.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `update table_link_records set seen_run = ?::uuid
       where workspace_id = ? and link_id = ? and remote_id = any(?::text[])`,
      [runId, workspaceId, id, remoteIds],
    );
  }

  /** Records that a run has not seen. */
  async unseen({ id, workspaceId }: Whose, runId: string, limit: number): Promise<LinkedRecord[]> {
    return this.sql.inWorkspace<LinkedRecord>(
      workspaceId,
      `select remote_id as "remoteId", record_id as "recordId", hash from table_link_records
       where workspace_id = ? and link_id = ? and seen_run <> ?::uuid limit ?`,
      [workspaceId, id, runId, limit],
    );
  }

  async forget({ id, workspaceId }: Whose, remoteIds: readonly string[]): Promise<void> {
    if (remoteIds.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      'delete from table_link_records where workspace_id = ? and link_id = ? and remote_id = any(?::text[])',
      [workspaceId, id, remoteIds],
    );
  }

  /** Notes that records may have to be written to the remote table. @returns the link, when the table has one that writes. */
  async note(workspaceId: string, tableId: string, recordIds: readonly string[]): Promise<string | null> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `insert into table_link_changes (workspace_id, link_id, record_id, noted_at, is_attempted)
       select l.workspace_id, l.id, given.id, clock_timestamp(), false
       from table_links l, unnest(?::uuid[]) as given (id)
       where l.workspace_id = ? and l.table_id = ? and l.push_back
       on conflict (link_id, record_id) do update set noted_at = excluded.noted_at
       returning link_id as id`,
      [recordIds, workspaceId, tableId],
    );
    return rows[0]?.id ?? null;
  }

  /** The same for all records that there are, and were. */
  async noteAll(workspaceId: string, tableId: string): Promise<string | null> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `with noted as (
         insert into table_link_changes (workspace_id, link_id, record_id, noted_at, is_attempted)
         select l.workspace_id, l.id, given.id, clock_timestamp(), false
         from table_links l, lateral (
           select r.id from ${storageOf(tableId)} r where r.workspace_id = l.workspace_id
           union select k.record_id from table_link_records k where k.workspace_id = l.workspace_id and k.link_id = l.id
         ) as given
         where l.workspace_id = ? and l.table_id = ? and l.push_back
         on conflict (link_id, record_id) do update set noted_at = excluded.noted_at
         returning link_id
       )
       select link_id as id from noted limit 1`,
      [workspaceId, tableId],
    );
    return rows[0]?.id ?? null;
  }

  async changes({ id, workspaceId }: Whose, limit: number): Promise<LinkChange[]> {
    return this.sql.inWorkspace<LinkChange>(
      workspaceId,
      `select record_id as "recordId", noted_at::text as "notedAt", is_attempted as "isAttempted"
       from table_link_changes where workspace_id = ? and link_id = ? order by noted_at, record_id limit ?`,
      [workspaceId, id, limit],
    );
  }

  /** Notes that records are about to be made in the remote table. */
  async attempt({ id, workspaceId }: Whose, recordIds: readonly string[]): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update table_link_changes set is_attempted = true
       where workspace_id = ? and link_id = ? and record_id = any(?::uuid[])`,
      [workspaceId, id, recordIds],
    );
  }

  /** Unless they changed again meanwhile. */
  async settle({ id, workspaceId }: Whose, changes: readonly LinkChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `delete from table_link_changes c using unnest(?::uuid[], ?::text[]) as done (record_id, noted_at)
       where c.workspace_id = ? and c.link_id = ? and c.record_id = done.record_id
         and c.noted_at = done.noted_at::timestamptz`,
      [
        ...[changes.map(({ recordId }) => recordId), changes.map(({ notedAt }) => notedAt)],
        ...[workspaceId, id],
      ],
    );
  }
}
