import { Injectable } from '@nestjs/common';
import { decodeCursor, isoTime, type Page, type PageRequest, Sql, toPage } from '#common/database';
import { type Hook, type HookWithSecret, MAX_HOOKS } from './hook.types.js';
import { HookLimitReached } from './hooks.errors.js';

const HOOK = `id, workspace_id as "workspaceId", table_id as "tableId", name, mode, key, ${isoTime('created_at')} as "createdAt"`;

/** Hooks, and which events have come to them. */
@Injectable()
export class HooksRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws HookLimitReached */
  async add(
    { id, workspaceId, tableId, name, mode, key, secret }: HookWithSecret,
    tokenHash: string,
  ): Promise<void> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `insert into table_hooks (id, workspace_id, table_id, name, token_hash, secret, mode, key, created_at)
       select ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?, now()
       where (select count(*) from table_hooks where workspace_id = ? and table_id = ?) < ? returning id`,
      [id, workspaceId, tableId, name, tokenHash, secret, mode, key, workspaceId, tableId, MAX_HOOKS],
    );
    if (rows.length === 0) throw new HookLimitReached();
  }

  async findByToken(tokenHash: string): Promise<HookWithSecret | null> {
    const [row] = await this.sql.acrossWorkspaces<HookWithSecret>(
      'a token names its hook',
      `select ${HOOK}, secret from table_hooks where token_hash = ?`,
      [tokenHash],
    );
    return row ?? null;
  }

  async list(workspaceId: string, tableId: string, { limit, cursor }: PageRequest): Promise<Page<Hook>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<Hook>(
      workspaceId,
      `select ${HOOK} from table_hooks where workspace_id = ? and table_id = ? and (?::uuid is null or id < ?)
       order by id desc limit ?`,
      [workspaceId, tableId, before, before, limit + 1],
    );
    return toPage(rows, limit);
  }

  async remove(workspaceId: string, tableId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from table_hooks where workspace_id = ? and table_id = ? and id = ? returning id',
      [workspaceId, tableId, id],
    );
    return rows.length > 0;
  }

  /** Notes an event, as part of the transaction that writes its records. @returns whether it is new. */
  async note({ id, workspaceId }: Hook, eventId: string): Promise<boolean> {
    await this.sql.inWorkspace(
      workspaceId,
      `delete from hook_events where workspace_id = ? and hook_id = ? and received_at < now() - interval '7 days'`,
      [workspaceId, id],
    );
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `insert into hook_events (workspace_id, hook_id, event_id, received_at)
       select h.workspace_id, h.id, ?, now() from table_hooks h where h.workspace_id = ? and h.id = ?
       on conflict do nothing returning event_id`,
      [eventId, workspaceId, id],
    );
    return rows.length > 0;
  }

  /** Every sealed secret, to be sealed with another key. */
  async secrets(): Promise<HookWithSecret[]> {
    return this.sql.acrossWorkspaces<HookWithSecret>(
      'seals every secret anew',
      `select ${HOOK}, secret from table_hooks`,
    );
  }

  async reseal({ id, workspaceId, secret: before }: HookWithSecret, secret: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update table_hooks set secret = ? where workspace_id = ? and id = ? and secret = ?',
      [secret, workspaceId, id, before],
    );
  }
}
