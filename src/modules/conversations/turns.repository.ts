import { Injectable } from '@nestjs/common';
import { newId, Sql, type Statement } from '#common/database';
import type { MessageRole } from './conversations.types.js';
import type { Message } from './entities/message.entity.js';
import type { MessageCitation } from './entities/message-citation.entity.js';

const LEASE = `interval '8 seconds'`;
const REMEMBERED_MESSAGES = 40;

/** Whose conversation is spoken in, and by whom. */
export interface TurnPlace {
  readonly workspaceId: string;
  readonly conversationId: string;
  /** When set, only conversations that this actor opened are found. */
  readonly ownerId: string | null;
}

/** Something said earlier, as a model is told of it. */
export interface EarlierMessage {
  readonly role: MessageRole;
  readonly content: string;
}

/** A turn that this process has. */
export interface BegunTurn {
  readonly botId: string;
  /** Of the question within the conversation. */
  readonly position: number;
  /** The newest messages before the question that did not fail, in the order they were said. */
  readonly history: readonly EarlierMessage[];
}

/** Why a turn could not begin. */
export type TurnObstacle = 'not_found' | 'taken' | 'expired';

interface BegunRow extends Omit<BegunTurn, 'history'> {
  readonly lastPosition: number;
  readonly history: readonly EarlierMessage[] | null;
}

const HISTORY = `select json_agg(json_build_object('role', h.role, 'content', h.content) order by h.position) as history
  from (
    select m.role, m.content, m.position from messages m
    where m.workspace_id = ? and m.conversation_id = ? and m.position < ? and m.status in ('complete', 'aborted')
    order by m.position desc limit ${REMEMBERED_MESSAGES}
  ) h`;
const ANY_POSITION = 2_147_483_647;

/**
 * Whose turn it is in a conversation: a lease in its row, so that processes take turns too. See docs/adr/0008.
 *
 * A turn begins and ends with one statement each: with the lease comes the question, and with the answer it goes.
 */
@Injectable()
export class TurnsRepository {
  constructor(private readonly sql: Sql) {}

  /** Takes the turn and keeps the question, when nobody has the turn. */
  async begin(
    { workspaceId, conversationId, ownerId }: TurnPlace,
    question: Message,
  ): Promise<BegunTurn | null> {
    const { id, turnId, content, createdAt } = question;
    const [row] = await this.sql.inWorkspace<BegunRow>(
      workspaceId,
      `with begun as (
         update conversations set turn_id = ?, turn_expires_at = now() + ${LEASE},
           message_count = message_count + 1, last_message_at = now(), updated_at = now()
         where workspace_id = ? and id = ? and (?::uuid is null or created_by_id = ?) and turn_id is null
         returning bot_id, message_count
       ), question as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
         select ?::uuid, ?::uuid, ?::uuid, ?::uuid, message_count, 'user', ?, 'complete', ?::timestamptz from begun
       )
       select begun.bot_id as "botId", begun.message_count as position, said.history, (
         select coalesce(max(m.position), 0) from messages m where m.workspace_id = ? and m.conversation_id = ?
       ) as "lastPosition"
       from begun cross join lateral (${HISTORY}) said`,
      [
        ...[turnId, workspaceId, conversationId, ownerId, ownerId],
        ...[id, workspaceId, conversationId, turnId, content, createdAt],
        ...[workspaceId, conversationId, workspaceId, conversationId, ANY_POSITION],
      ],
    );
    if (!row) return null;
    const { botId, position, lastPosition, history } = row;
    // The turn before may have ended while this statement waited for it; the messages are then as they were before.
    const isStale = lastPosition !== position - 1;
    return {
      botId,
      position,
      history: isStale ? await this.#history(workspaceId, conversationId, position) : (history ?? []),
    };
  }

  /** Why `begin` gave nothing; the turn may be free by now. */
  async obstacle({ workspaceId, conversationId, ownerId }: TurnPlace): Promise<TurnObstacle> {
    const [row] = await this.sql.inWorkspace<{ isExpired: boolean | null }>(
      workspaceId,
      `select turn_expires_at < now() as "isExpired" from conversations
       where workspace_id = ? and id = ? and (?::uuid is null or created_by_id = ?)`,
      [workspaceId, conversationId, ownerId, ownerId],
    );
    if (!row) return 'not_found';
    return row.isExpired ? 'expired' : 'taken';
  }

  async renew({ workspaceId, conversationId, turnId }: Message): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update conversations set turn_expires_at = now() + ${LEASE}
       where workspace_id = ? and id = ? and turn_id = ?`,
      [workspaceId, conversationId, turnId],
    );
  }

  /**
   * Keeps the answer and gives the turn back.
   *
   * @param announcement a statement that is run when the answer is kept, from the rows of `answer`.
   * @returns the answer's position; null when the turn was lost, and nothing was kept.
   */
  async finish(
    answer: Omit<Message, 'position'>,
    citations: readonly MessageCitation[],
    announcement: Statement,
  ): Promise<number | null> {
    const { workspaceId, conversationId, turnId } = answer;
    const [row] = await this.sql.inWorkspace<{ position: number }>(
      workspaceId,
      `with ended as (
         update conversations set turn_id = null, turn_expires_at = null, message_count = message_count + 1,
           last_message_at = now(), updated_at = now()
         where workspace_id = ? and id = ? and turn_id = ?
         returning message_count
       ), answer as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, model,
           input_tokens, output_tokens, cost_usd, latency_ms, first_token_ms, answered, attempts, error, created_at)
         select ?::uuid, ?::uuid, ?::uuid, ?::uuid, message_count, 'assistant', ?, ?, ?::jsonb, ?::int, ?::int, ?::numeric,
           ?::int, ?::int, ?::boolean, ?::jsonb, ?::jsonb, ?::timestamptz from ended
         returning position
       ), cited as (
         insert into message_citations (id, workspace_id, message_id, index, chunk_id, document_id, datasource_id, title,
           url, quote, created_at)
         select c.id, ?::uuid, ?::uuid, c.index, c."chunkId", c."documentId", c."datasourceId", c.title, c.url, c.quote,
           c."createdAt"
         from answer cross join jsonb_to_recordset(?::jsonb) as c(id uuid, index int, "chunkId" uuid, "documentId" uuid,
           "datasourceId" uuid, title text, url text, quote text, "createdAt" timestamptz)
       ), announced as (${announcement.sql})
       select position from answer`,
      [
        ...[workspaceId, conversationId, turnId],
        ...[
          answer.id,
          workspaceId,
          conversationId,
          turnId,
          answer.content,
          answer.status,
          json(answer.model),
        ],
        ...[answer.inputTokens, answer.outputTokens, answer.costUsd, answer.latencyMs, answer.firstTokenMs],
        ...[answer.answered, json(answer.attempts), json(answer.error), answer.createdAt],
        ...[workspaceId, answer.id, JSON.stringify(citations)],
        ...announcement.params,
      ],
    );
    return row?.position ?? null;
  }

  /** The position of an answer that was kept although nobody was told so. */
  async findPosition({ workspaceId, id }: Pick<Message, 'workspaceId' | 'id'>): Promise<number | null> {
    const [row] = await this.sql.inWorkspace<{ position: number }>(
      workspaceId,
      'select position from messages where workspace_id = ? and id = ?',
      [workspaceId, id],
    );
    return row?.position ?? null;
  }

  /** Whether any turn was not renewed in time. */
  async isAnyExpired(): Promise<boolean> {
    const rows = await this.sql.acrossWorkspaces(
      'a process died in some workspace',
      'select 1 from conversations where turn_id is not null and turn_expires_at < now() limit 1',
    );
    return rows.length > 0;
  }

  /**
   * Ends turns whose processes died: a question without an answer gets one that says so.
   *
   * @param error what that answer says, as JSON.
   * @param conversationId only there.
   * @returns how many were ended.
   */
  async closeExpired(error: object, limit: number, conversationId: string | null = null): Promise<number> {
    const [row] = await this.sql.acrossWorkspaces<{ count: number }>(
      'a process died in some workspace',
      `with expired as materialized (
         select c.workspace_id, c.id, c.turn_id, row_number() over () as number from (
           select workspace_id, id, turn_id from conversations
           where turn_id is not null and turn_expires_at < now() and (?::uuid is null or id = ?)
           order by turn_expires_at limit ? for update skip locked
         ) c
       ), ended as (
         update conversations c set turn_id = null, turn_expires_at = null, message_count = c.message_count + 1,
           last_message_at = now(), updated_at = now()
         from expired e where c.workspace_id = e.workspace_id and c.id = e.id
         returning c.workspace_id, c.id, e.turn_id, e.number, c.message_count
       ), answers as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, answered, error,
           created_at)
         select i.id, e.workspace_id, e.id, e.turn_id, e.message_count, 'assistant', '', 'error', false, ?::jsonb, now()
         from ended e join unnest(?::uuid[]) with ordinality as i(id, number) on i.number = e.number
         returning 1
       )
       select count(*)::int as count from answers`,
      [
        ...[conversationId, conversationId, limit, JSON.stringify(error)],
        `{${Array.from({ length: limit }, newId).join(',')}}`,
      ],
    );
    return row?.count ?? 0;
  }

  async #history(
    workspaceId: string,
    conversationId: string,
    before: number,
  ): Promise<readonly EarlierMessage[]> {
    const [row] = await this.sql.inWorkspace<{ history: readonly EarlierMessage[] | null }>(
      workspaceId,
      HISTORY,
      [workspaceId, conversationId, before],
    );
    return row?.history ?? [];
  }
}

function json(value: object | null): string | null {
  return value && JSON.stringify(value);
}
