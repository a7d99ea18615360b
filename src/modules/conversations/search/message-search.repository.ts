import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

/** A message that waits to be indexed. */
export interface WaitingMessage {
  readonly messageId: string;
  readonly workspaceId: string;
  readonly conversationId: string | null;
  readonly botId: string | null;
  readonly content: string | null;
  readonly beside: string | null;
}

/** The words of one message. */
export interface IndexedMessage {
  readonly messageId: string;
  readonly lexemes: string;
}

/** A message that can be searched. */
export interface SearchRow {
  readonly workspaceId: string;
  readonly messageId: string;
  readonly botId: string;
}

/** Where and when it was said, in lexemes. */
export interface RenewedRow extends SearchRow {
  readonly places: readonly string[];
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
         c.bot_id as "botId", m.content,
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
      `insert into message_search (workspace_id, message_id, conversation_id, bot_id, said_at, lexemes, word_count)
       select m.workspace_id, m.id, m.conversation_id, c.bot_id, m.created_at, s.lexemes::tsvector,
         ${wordCountOf('s.lexemes::tsvector')}
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

  /** Some of those that do not say in which blocks of time they are, behind one of them; those of others are left to them. */
  async listOutdated(limit: number, after?: SearchRow): Promise<SearchRow[]> {
    return this.sql.acrossWorkspaces<SearchRow>(
      'messages of every workspace are indexed',
      `select workspace_id as "workspaceId", message_id as "messageId", bot_id as "botId" from message_search
       where word_count is null ${after ? 'and (workspace_id, message_id) < (?::uuid, ?::uuid)' : ''}
       order by workspace_id desc, message_id desc limit ? for update skip locked`,
      [...(after ? [after.workspaceId, after.messageId] : []), limit],
    );
  }

  /** Has rows say where and when they were said, in place of what they said of that before. */
  async renew(rows: readonly RenewedRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.sql.acrossWorkspaces(
      'messages of every workspace are indexed',
      `update message_search s set word_count = ${wordCountOf('s.lexemes')}, lexemes = ts_delete(s.lexemes, array(
           select lexeme from unnest(tsvector_to_array(s.lexemes)) lexeme where starts_with(lexeme, '@')
         )) || array_to_tsvector(array(select jsonb_array_elements_text(r.places)))
       from jsonb_to_recordset(?::jsonb) as r("workspaceId" uuid, "messageId" uuid, places jsonb)
       where s.workspace_id = r."workspaceId" and s.message_id = r."messageId"`,
      [JSON.stringify(rows)],
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

/** How many words there are in lexemes, each as often as it was said; those of places have no position. */
function wordCountOf(lexemes: string): string {
  return `(select coalesce(sum(array_length(positions, 1)), 0) from unnest(${lexemes}))`;
}
