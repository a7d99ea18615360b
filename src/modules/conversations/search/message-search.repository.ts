import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

/** A message that waits to be indexed. */
export interface WaitingMessage {
  readonly messageId: string;
  readonly workspaceId: string;
  readonly conversationId: string | null;
  readonly botId: string | null;
  readonly saidAtMs: number | null;
  readonly content: string | null;
  readonly beside: string | null;
}

/** The words of one message. */
export interface IndexedMessage {
  readonly messageId: string;
  readonly lexemes: string;
}

/** Fills the table in which messages are searched. */
@Injectable()
export class MessageSearchRepository {
  constructor(private readonly sql: Sql) {}

  /**
   * Some of the newest messages that wait, and some of the oldest; those that were removed meanwhile have no conversation.
   * What other processes have taken is left to them.
   */
  async listWaiting(newest: number, oldest: number): Promise<WaitingMessage[]> {
    return this.sql.acrossWorkspaces<WaitingMessage>(
      'messages of every workspace are indexed',
      `with newest as (
         select message_id, workspace_id from message_search_queue order by message_id desc limit ? for update skip locked
       ), oldest as (
         select message_id, workspace_id from message_search_queue order by message_id limit ? for update skip locked
       )
       select q.message_id as "messageId", q.workspace_id as "workspaceId", m.conversation_id as "conversationId",
         c.bot_id as "botId", (extract(epoch from m.created_at) * 1000)::float8 as "saidAtMs", m.content,
         case when length(m.content) < 60 then (
           select left(b.content, 400) from messages b
           where b.workspace_id = m.workspace_id and b.conversation_id = m.conversation_id
             and b.position between m.position - 1 and m.position + 1 and b.position <> m.position
           order by length(b.content) desc limit 1
         ) end as beside
       from (select * from newest union select * from oldest) q
       left join messages m on m.workspace_id = q.workspace_id and m.id = q.message_id
       left join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id`,
      [newest, oldest],
    );
  }

  /** Keeps the words of messages; whoever was indexed before is left as it was. */
  async add(messages: readonly IndexedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.sql.acrossWorkspaces(
      'messages of every workspace are indexed',
      `insert into message_search (workspace_id, message_id, conversation_id, bot_id, said_at, lexemes)
       select m.workspace_id, m.id, m.conversation_id, c.bot_id, m.created_at, s.lexemes::tsvector
       from jsonb_to_recordset(?::jsonb) as s("messageId" uuid, lexemes text)
       join messages m on m.id = s."messageId"
       join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
       on conflict (workspace_id, message_id) do nothing`,
      [JSON.stringify(messages)],
    );
  }

  async removeWaiting(messageIds: readonly string[]): Promise<void> {
    if (messageIds.length === 0) return;
    await this.sql.acrossWorkspaces(
      'messages of every workspace are indexed',
      `delete from message_search_queue
       where message_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [JSON.stringify(messageIds)],
    );
  }

  /** Has messages indexed that came by another way than a turn, or whose text has changed. */
  async enqueue(workspaceId: string, messageIds: readonly string[]): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `with gone as (
         delete from message_search where workspace_id = ?
           and message_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))
       )
       insert into message_search_queue (message_id, workspace_id)
       select id, workspace_id from messages where workspace_id = ? and content <> '' and role <> 'tool'
         and id in (select value::uuid from jsonb_array_elements_text(?::jsonb))
       on conflict (message_id) do nothing`,
      [workspaceId, JSON.stringify(messageIds), workspaceId, JSON.stringify(messageIds)],
    );
  }

  /** How many messages cannot be found yet, and for how long the oldest of them has been there. */
  async countWaiting(): Promise<{ count: number; oldestSeconds: number }> {
    const [row] = await this.sql.acrossWorkspaces<{ count: number; oldestSeconds: number }>(
      'metrics are about every workspace',
      `select count(*)::int as count, coalesce(extract(epoch from now() - min(queued_at)), 0)::float as "oldestSeconds"
       from message_search_queue`,
    );
    return row ?? { count: 0, oldestSeconds: 0 };
  }
}
