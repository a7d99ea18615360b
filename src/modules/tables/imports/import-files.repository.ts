import { Injectable } from '@nestjs/common';
import { isoTime, Sql } from '#common/database';
import type { KeptFile } from '#common/storage';
import { type ImportFile, MAX_FILE_BYTES, MAX_FILES } from './import.types.js';
import { ImportLimitReached } from './imports.errors.js';

const MAX_KEPT_BYTES = 2_147_483_648;
const FILE = `id, workspace_id as "workspaceId", name, bytes::float8 as bytes, ${isoTime('created_at')} as "createdAt", ${isoTime('expires_at')} as "expiresAt"`;

/** What is known of files that were sent to be imported. */
@Injectable()
export class ImportFilesRepository {
  constructor(private readonly sql: Sql) {}

  /** Keeps a place for a file, which counts as a large one until it is there. @throws ImportLimitReached */
  async reserve(workspaceId: string, id: string, name: string): Promise<void> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `insert into import_files (id, workspace_id, name, bytes, created_at, expires_at)
       select ?::uuid, ?::uuid, ?, ?::bigint, now(), now() + interval '1 day'
       where (select count(*) < ? and coalesce(sum(bytes), 0) + ?::bigint <= ?::bigint from import_files where workspace_id = ?)
       returning id`,
      [id, workspaceId, name, MAX_FILE_BYTES, MAX_FILES, MAX_FILE_BYTES, MAX_KEPT_BYTES, workspaceId],
    );
    if (rows.length === 0) throw new ImportLimitReached('files');
  }

  /** The file is there. @returns `null` when its place is gone. */
  async complete(workspaceId: string, id: string, { bytes, sha256 }: KeptFile): Promise<ImportFile | null> {
    const [row] = await this.sql.inWorkspace<ImportFile>(
      workspaceId,
      `update import_files set bytes = ?::bigint, sha256 = ? where workspace_id = ? and id = ? returning ${FILE}`,
      [bytes, sha256, workspaceId, id],
    );
    return row ?? null;
  }

  /** Only when it is there as a whole. */
  async find(workspaceId: string, id: string): Promise<ImportFile | null> {
    const [row] = await this.sql.inWorkspace<ImportFile>(
      workspaceId,
      `select ${FILE} from import_files where workspace_id = ? and id = ? and sha256 is not null`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  /** Imports may take long, be repeated, and wait for that. */
  async keepForImport(workspaceId: string, id: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update import_files set expires_at = now() + interval '7 days' where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
  }

  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from import_files where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }

  /** @returns the ids of files whose time is over. */
  async expired(): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ id: string }>(
      'removes files whose time is over',
      'select id from import_files where expires_at < now() order by id',
    );
    return rows.map(({ id }) => id);
  }

  /** Unless somebody needs it longer meanwhile. */
  async forget(id: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'removes files whose time is over',
      'delete from import_files where id = ? and expires_at < now()',
      [id],
    );
  }
}
