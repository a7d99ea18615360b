import { Injectable } from '@nestjs/common';
import {
  decodeCursor,
  isoTime,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
} from '#common/database';
import { ConnectionInUse, ConnectionLimitReached } from './remote.errors.js';
import { MAX_CONNECTIONS, type SealedConnection, type TableConnection } from './remote.types.js';

const CONNECTION = `id, workspace_id as "workspaceId", provider, name, ${isoTime('created_at')} as "createdAt", ${isoTime('updated_at')} as "updatedAt"`;

/** Accounts of other services. */
@Injectable()
export class ConnectionsRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws ConnectionLimitReached */
  async add({ id, workspaceId, provider, name, sealed }: SealedConnection): Promise<void> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `insert into table_connections (id, workspace_id, provider, name, sealed, created_at, updated_at)
       select ?::uuid, ?::uuid, ?, ?, ?, now(), now()
       where (select count(*) from table_connections where workspace_id = ?) < ? returning id`,
      [id, workspaceId, provider, name, sealed, workspaceId, MAX_CONNECTIONS],
    );
    if (rows.length === 0) throw new ConnectionLimitReached();
  }

  async find(workspaceId: string, id: string): Promise<SealedConnection | null> {
    const [row] = await this.sql.inWorkspace<SealedConnection>(
      workspaceId,
      `select ${CONNECTION}, sealed from table_connections where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  async list(workspaceId: string, { limit, cursor }: PageRequest): Promise<Page<TableConnection>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<TableConnection>(
      workspaceId,
      `select ${CONNECTION} from table_connections where workspace_id = ? and (?::uuid is null or id < ?)
       order by id desc limit ?`,
      [workspaceId, before, before, limit + 1],
    );
    return toPage(rows, limit);
  }

  /** @returns the connection as it is then; `null` when there is none. */
  async update(
    workspaceId: string,
    id: string,
    { name, sealed }: Pick<SealedConnection, 'name' | 'sealed'>,
  ): Promise<TableConnection | null> {
    const [row] = await this.sql.inWorkspace<TableConnection>(
      workspaceId,
      `update table_connections set name = ?, sealed = ?, updated_at = now()
       where workspace_id = ? and id = ? returning ${CONNECTION}`,
      [name, sealed, workspaceId, id],
    );
    return row ?? null;
  }

  /** @throws ConnectionInUse */
  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await translateViolations({ table_links_connection_fk: () => new ConnectionInUse() }, () =>
      this.sql.inWorkspace(
        workspaceId,
        'delete from table_connections where workspace_id = ? and id = ? returning id',
        [workspaceId, id],
      ),
    );
    return rows.length > 0;
  }

  /** Every sealed secret, to be sealed with another key. */
  async secrets(): Promise<SealedConnection[]> {
    return this.sql.acrossWorkspaces<SealedConnection>(
      'seals every secret anew',
      `select ${CONNECTION}, sealed from table_connections`,
    );
  }

  async reseal({ id, workspaceId, sealed: before }: SealedConnection, sealed: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_connections set sealed = ? where workspace_id = ? and id = ? and sealed = ?',
      [sealed, workspaceId, id, before],
    );
  }
}
