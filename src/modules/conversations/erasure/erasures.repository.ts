import { Injectable } from '@nestjs/common';
import {
  decodeCursor,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
} from '#common/database';
import type { Erasure } from './erasure.types.js';
import { ConversationHeld } from '../conversations.errors.js';

const ERASURE = `e.id, e.workspace_id as "workspaceId", e.subject_hash as "subjectHash",
  e.sealed_subject as "sealedSubject", e.requested_by_id as "requestedById",
  e.requested_by_user_id as "requestedByUserId", e.job_id as "jobId", j.state as "jobState", e.removed,
  e.created_at as "createdAt", e.finished_at as "finishedAt"`;
const FROM = 'from erasures e left join jobs j on j.workspace_id = e.workspace_id and j.id = e.job_id';
const WHY = 'looks which tables refer to conversations';

/** Erasures, and what of a person stands in the tables of conversations. */
@Injectable()
export class ErasuresRepository {
  constructor(private readonly sql: Sql) {}

  async add({ id, workspaceId, subjectHash, sealedSubject, ...one }: Erasure): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into erasures (id, workspace_id, subject_hash, sealed_subject, requested_by_id, requested_by_user_id, created_at)
       select ?::uuid, w.workspace_id, ?, ?, ?::uuid, ?::uuid, ?::timestamptz
       from (select ?::uuid as workspace_id) w where w.workspace_id = ?`,
      [
        ...[id, subjectHash, sealedSubject, one.requestedById, one.requestedByUserId, one.createdAt],
        ...[workspaceId, workspaceId],
      ],
    );
  }

  async saveJob(workspaceId: string, id: string, jobId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update erasures set job_id = ?::uuid where workspace_id = ? and id = ?',
      [jobId, workspaceId, id],
    );
  }

  async find(workspaceId: string, id: string): Promise<Erasure | null> {
    const [row] = await this.sql.inWorkspace<Erasure>(
      workspaceId,
      `select ${ERASURE} ${FROM} where e.workspace_id = ? and e.id = ?`,
      [workspaceId, id],
    );
    return row ? withDates(row) : null;
  }

  async list(workspaceId: string, { limit, cursor }: PageRequest): Promise<Page<Erasure>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<Erasure>(
      workspaceId,
      `select ${ERASURE} ${FROM} where e.workspace_id = ? and (?::uuid is null or e.id < ?) order by e.id desc limit ?`,
      [workspaceId, before, before, limit + 1],
    );
    return toPage(rows.map(withDates), limit);
  }

  /** Whether a legal hold lies on anything that this person said. */
  async isHeld(workspaceId: string, externalUserId: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `select 1 from conversations c join bots b on b.workspace_id = c.workspace_id and b.id = c.bot_id
       where c.workspace_id = ? and c.external_user_id = ? and (c.legal_hold or (b.privacy ->> 'legalHold')::boolean)
       limit 1`,
      [workspaceId, externalUserId],
    );
    return rows.length > 0;
  }

  async conversationsOf(workspaceId: string, externalUserId: string, limit: number): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      'select id from conversations where workspace_id = ? and external_user_id = ? order by id limit ?',
      [workspaceId, externalUserId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Deletes conversations with all that refers to them, whichever module it belongs to, and counts it. Part of a unit of
   * work. @throws ConversationHeld
   */
  async removeConversations(workspaceId: string, ids: readonly string[]): Promise<Record<string, number>> {
    const removed: Record<string, number> = {};
    for (const { table, parent, column } of await this.#tablesBelow()) {
      const [row] = await this.sql.inWorkspace<{ count: number }>(
        workspaceId,
        parent === 'conversations'
          ? `select count(*)::int as count from ${table} t where t.workspace_id = ? and t.${column} = any(?::uuid[])`
          : `select count(*)::int as count from ${table} t join messages m
               on m.workspace_id = t.workspace_id and m.id = t.${column}
             where t.workspace_id = ? and m.conversation_id = any(?::uuid[])`,
        [workspaceId, ids],
      );
      removed[table] = Math.max(removed[table] ?? 0, row?.count ?? 0);
    }
    const gone = await translateViolations({ conversations_held: () => new ConversationHeld() }, () =>
      this.sql.inWorkspace(
        workspaceId,
        'delete from conversations where workspace_id = ? and id = any(?::uuid[]) returning id',
        [workspaceId, ids],
      ),
    );
    return { ...removed, conversations: gone.length };
  }

  /** Events and ended jobs that name these conversations, or the person. */
  async removeTraces(
    workspaceId: string,
    { conversationIds, needle }: { conversationIds: readonly string[]; needle: string },
  ): Promise<Record<string, number>> {
    const params = [workspaceId, conversationIds, needle];
    const events = await this.sql.inWorkspace(
      workspaceId,
      `delete from outbox where workspace_id = ?
         and (payload ->> 'conversationId' = any(?::text[]) or position(?::text in payload::text) > 0) returning id`,
      params,
    );
    const jobs = await this.sql.inWorkspace(
      workspaceId,
      `delete from jobs where workspace_id = ? and state not in ('queued', 'running')
         and (payload ->> 'conversationId' = any(?::text[])
           or position(?::text in concat(payload::text, result::text, error::text)) > 0) returning id`,
      params,
    );
    return { events: events.length, jobs: jobs.length };
  }

  /** Adds to what was removed, so that a repeated erasure counts everything once. */
  async count(workspaceId: string, id: string, removed: Readonly<Record<string, number>>): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update erasures set removed = (
         select coalesce(jsonb_object_agg(name, total), '{}') from (
           select name, sum(value::bigint) as total
           from (select * from jsonb_each_text(erasures.removed) union all select * from jsonb_each_text(?::jsonb)) both_(name, value)
           group by name
         ) summed
       ) where workspace_id = ? and id = ?`,
      [JSON.stringify(removed), workspaceId, id],
    );
  }

  /** Forgets who it was. */
  async finish(workspaceId: string, id: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update erasures set finished_at = now(), sealed_subject = null where workspace_id = ? and id = ?',
      [workspaceId, id],
    );
  }

  /** Tables that refer to conversations or to messages, with the column that does. */
  async #tablesBelow(): Promise<{ table: string; parent: string; column: string }[]> {
    return this.sql.acrossWorkspaces(
      WHY,
      `select c.conrelid::regclass::text as table, c.confrelid::regclass::text as parent, quote_ident(a.attname) as column
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[cardinality(c.conkey)]
       where c.contype = 'f' and c.confrelid in ('public.conversations'::regclass, 'public.messages'::regclass)
         and c.conparentid = 0 and exists (
           select 1 from pg_attribute w where w.attrelid = c.conrelid and w.attname = 'workspace_id' and not w.attisdropped)`,
    );
  }
}

/** Hand-written statements give times as the database writes them. */
function withDates(row: Erasure): Erasure {
  const { createdAt, finishedAt } = row;
  return { ...row, createdAt: new Date(createdAt), finishedAt: finishedAt && new Date(finishedAt) };
}
