import { Injectable } from '@nestjs/common';
import { newId, Sql, translateViolations } from '#common/database';
import { conversationCondition } from '../conversation-conditions.js';
import { UnknownAssignee } from '../conversations.errors.js';
import type {
  BulkChange,
  BulkOrder,
  ConversationChanges,
  ConversationMarks,
  ConversationNote,
} from './inbox.types.js';
import type { ConversationFilter } from '../conversations.types.js';

const NOTE =
  'n.id, n.content, n.author_id as "authorId", n.imported_author as "importedAuthor", n.created_at as "createdAt"';

/** What a team notes about conversations: states, assignees, tags, what was read, and notes. */
@Injectable()
export class InboxRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws UnknownAssignee */
  async change(
    workspaceId: string,
    ids: readonly string[],
    { status, assigneeId }: Pick<ConversationChanges, 'status' | 'assigneeId'>,
  ): Promise<void> {
    if (status === undefined && assigneeId === undefined) return;
    await translateViolations({ conversations_assignee_fk: () => new UnknownAssignee() }, () =>
      this.sql.inWorkspace(
        workspaceId,
        `update conversations set status = coalesce(?::text, status),
           assignee_id = case when ?::boolean then ?::uuid else assignee_id end, updated_at = now()
         where workspace_id = ? and id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
        [status ?? null, assigneeId !== undefined, assigneeId ?? null, workspaceId, JSON.stringify(ids)],
      ),
    );
  }

  async addTags(workspaceId: string, ids: readonly string[], tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `insert into conversation_tags (workspace_id, conversation_id, tag)
       select c.workspace_id, c.id, t.value from conversations c cross join jsonb_array_elements_text(?::jsonb) t
       where c.workspace_id = ? and c.id in (select value::uuid from jsonb_array_elements_text(?::jsonb))
       on conflict do nothing`,
      [JSON.stringify(tags), workspaceId, JSON.stringify(ids)],
    );
  }

  async removeTags(workspaceId: string, ids: readonly string[], tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `delete from conversation_tags where workspace_id = ?
         and conversation_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))
         and tag in (select value from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, JSON.stringify(ids), JSON.stringify(tags)],
    );
  }

  /** Puts these tags in the place of those that it has. */
  async replaceTags(workspaceId: string, id: string, tags: readonly string[]): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `delete from conversation_tags where workspace_id = ? and conversation_id = ?
         and tag not in (select value from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, id, JSON.stringify(tags)],
    );
    await this.addTags(workspaceId, [id], tags);
  }

  /** Tags of the workspace and how many conversations carry each, the most used first. */
  async listTags(workspaceId: string): Promise<{ tag: string; count: number }[]> {
    return this.sql.inWorkspace(
      workspaceId,
      `select tag, count(*)::int as count from conversation_tags where workspace_id = ?
       group by tag order by count desc, tag limit 1000`,
      [workspaceId],
    );
  }

  /** Notes that a member has seen all that was said until now, or nothing of it. */
  async markRead(workspaceId: string, id: string, userId: string, isRead: boolean): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      isRead
        ? `insert into conversation_reads (workspace_id, conversation_id, user_id, position)
           select c.workspace_id, c.id, m.user_id, c.message_count from conversations c
           join memberships m on m.workspace_id = c.workspace_id and m.user_id = ?
           where c.workspace_id = ? and c.id = ?
           on conflict (workspace_id, conversation_id, user_id)
             do update set position = excluded.position, read_at = now()`
        : 'delete from conversation_reads where user_id = ? and workspace_id = ? and conversation_id = ?',
      [userId, workspaceId, id],
    );
  }

  async marksOf(
    workspaceId: string,
    userId: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, ConversationMarks>> {
    if (ids.length === 0) return new Map();
    const rows = await this.sql.inWorkspace<ConversationMarks & { id: string }>(
      workspaceId,
      `select c.id, coalesce(r.position, 0) < c.message_count as "isUnread",
         coalesce((select json_agg(t.tag order by t.tag) from conversation_tags t
           where t.workspace_id = c.workspace_id and t.conversation_id = c.id), '[]') as tags
       from conversations c
       left join conversation_reads r on r.workspace_id = c.workspace_id and r.conversation_id = c.id and r.user_id = ?
       where c.workspace_id = ? and c.id = any(?::uuid[])`,
      [userId, workspaceId, ids],
    );
    return new Map(rows.map(({ id, ...marks }) => [id, marks]));
  }

  async addNote(
    workspaceId: string,
    conversationId: string,
    authorId: string,
    content: string,
  ): Promise<ConversationNote | null> {
    const [row] = await this.sql.inWorkspace<ConversationNote>(
      workspaceId,
      `insert into conversation_notes as n (id, workspace_id, conversation_id, author_id, content)
       select ?::uuid, c.workspace_id, c.id, ?::uuid, ?::text from conversations c where c.workspace_id = ? and c.id = ?
       returning ${NOTE}`,
      [newId(), authorId, content, workspaceId, conversationId],
    );
    return row ?? null;
  }

  /** Oldest first, after the one of this id. */
  async listNotes(
    workspaceId: string,
    conversationId: string,
    limit: number,
    after?: string,
  ): Promise<ConversationNote[]> {
    return this.sql.inWorkspace<ConversationNote>(
      workspaceId,
      `select ${NOTE} from conversation_notes n where n.workspace_id = ? and n.conversation_id = ?
       ${after === undefined ? '' : 'and n.id > ?::uuid'} order by n.id limit ?`,
      [workspaceId, conversationId, ...(after === undefined ? [] : [after]), limit],
    );
  }

  async removeNote(workspaceId: string, conversationId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from conversation_notes where workspace_id = ? and conversation_id = ? and id = ? returning id',
      [workspaceId, conversationId, id],
    );
    return rows.length > 0;
  }

  async count(workspaceId: string, filter: ConversationFilter): Promise<number> {
    const { sql, params } = conversationCondition({ workspaceId, ownerId: null }, filter);
    const [row] = await this.sql.inWorkspace<{ count: number }>(
      workspaceId,
      `select count(*)::int as count from conversations c where ${sql}`,
      params,
    );
    return row?.count ?? 0;
  }

  async addOrder({ id, workspaceId, filter, change, matched }: BulkOrder, actorId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into conversation_bulk_changes (id, workspace_id, actor_id, filter, change, matched)
       select ?::uuid, w.id, ?::uuid, ?::jsonb, ?::jsonb, ?::int from workspaces w
       where w.id = ? and not exists (select 1 from conversation_bulk_changes b where b.workspace_id = w.id and b.id = ?)`,
      [id, actorId, JSON.stringify(filter), JSON.stringify(change), matched, workspaceId, id],
    );
  }

  async findOrder(workspaceId: string, id: string): Promise<BulkOrder | null> {
    const [row] = await this.sql.inWorkspace<BulkOrder>(
      workspaceId,
      `select id, workspace_id as "workspaceId", filter, change, matched from conversation_bulk_changes
       where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
    if (!row) return null;
    const { from, to, ...filter } = row.filter;
    const times = { ...(from ? { from: new Date(from) } : {}), ...(to ? { to: new Date(to) } : {}) };
    return { ...row, filter: { ...filter, ...times } };
  }

  async finishOrder(workspaceId: string, id: string, changed: number): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update conversation_bulk_changes set changed = ?, finished_at = now() where workspace_id = ? and id = ?',
      [changed, workspaceId, id],
    );
  }

  /** Ids before this one, the newest first. */
  async listIds({ workspaceId, filter }: BulkOrder, before: string, limit: number): Promise<string[]> {
    const { sql, params } = conversationCondition({ workspaceId, ownerId: null }, filter);
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select c.id from conversations c where ${sql} and c.id < ?::uuid order by c.id desc limit ?`,
      [...params, before, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** @throws UnknownAssignee */
  async apply(workspaceId: string, ids: readonly string[], change: BulkChange): Promise<void> {
    if (change.delete) {
      await this.sql.inWorkspace(
        workspaceId,
        `delete from conversations c using bots b where c.workspace_id = ?
           and b.workspace_id = c.workspace_id and b.id = c.bot_id and not c.legal_hold
           and not coalesce((b.privacy ->> 'legalHold')::boolean, false)
           and c.id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
        [workspaceId, JSON.stringify(ids)],
      );
      return;
    }
    await this.change(workspaceId, ids, change);
    await this.removeTags(workspaceId, ids, change.removeTags ?? []);
    await this.addTags(workspaceId, ids, change.addTags ?? []);
  }
}
