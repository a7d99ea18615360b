import { Injectable } from '@nestjs/common';
import {
  decodeCursor,
  isoTime,
  newId,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
} from '#common/database';
import { ViewNameTaken } from '../conversations.errors.js';
import type { ConversationView, ViewDraft } from './inbox.types.js';

const COLUMNS = `v.id, v.name, v.filter, v.sort, v.created_by_id as "createdById", ${isoTime('v.created_at')} as "createdAt",
  ${isoTime('v.updated_at')} as "updatedAt"`;
const TAKEN = { conversation_views_name_unique: () => new ViewNameTaken() };

@Injectable()
export class ViewsRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws ViewNameTaken */
  async add(
    workspaceId: string,
    actorId: string,
    { name, filter, sort }: ViewDraft,
  ): Promise<ConversationView> {
    const [row] = await translateViolations(TAKEN, () =>
      this.sql.inWorkspace<ConversationView>(
        workspaceId,
        `with place as (select ?::uuid as workspace_id), made as (
           insert into conversation_views as v (id, workspace_id, name, filter, sort, created_by_id)
           select ?::uuid, p.workspace_id, ?::text, ?::jsonb, ?::text, ?::uuid from place p returning v.*
         )
         select ${COLUMNS} from made v where v.workspace_id = ?`,
        [workspaceId, newId(), name, JSON.stringify(filter), sort ?? 'time', actorId, workspaceId],
      ),
    );
    if (!row) throw new Error('A view was not made.');
    return row;
  }

  /** @throws ViewNameTaken */
  async change(
    workspaceId: string,
    id: string,
    { name, filter, sort }: Partial<ViewDraft>,
  ): Promise<ConversationView | null> {
    const [row] = await translateViolations(TAKEN, () =>
      this.sql.inWorkspace<ConversationView>(
        workspaceId,
        `update conversation_views v set name = coalesce(?::text, v.name), filter = coalesce(?::jsonb, v.filter),
           sort = coalesce(?::text, v.sort), updated_at = now()
         where v.workspace_id = ? and v.id = ? returning ${COLUMNS}`,
        [name ?? null, filter ? JSON.stringify(filter) : null, sort ?? null, workspaceId, id],
      ),
    );
    return row ?? null;
  }

  async find(workspaceId: string, id: string): Promise<ConversationView | null> {
    const [row] = await this.sql.inWorkspace<ConversationView>(
      workspaceId,
      `select ${COLUMNS} from conversation_views v where v.workspace_id = ? and v.id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  /** Oldest first. */
  async list(workspaceId: string, { limit, cursor }: PageRequest): Promise<Page<ConversationView>> {
    const rows = await this.sql.inWorkspace<ConversationView>(
      workspaceId,
      `select ${COLUMNS} from conversation_views v where v.workspace_id = ?
       ${cursor === undefined ? '' : 'and v.id > ?::uuid'} order by v.id limit ?`,
      [workspaceId, ...(cursor === undefined ? [] : [decodeCursor(cursor)]), limit + 1],
    );
    return toPage(rows, limit);
  }

  async count(workspaceId: string): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ count: number }>(
      workspaceId,
      'select count(*)::int as count from conversation_views where workspace_id = ?',
      [workspaceId],
    );
    return row?.count ?? 0;
  }

  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from conversation_views where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }
}
