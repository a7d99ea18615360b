import { Injectable } from '@nestjs/common';
import { bulkhead } from 'cockatiel';
import { columnsOf, newId, type Readings, readFrom, Sql, type Statement } from '#common/database';
import { type BotPrivacy, privacyOf } from './privacy/privacy.types.js';
import type { AnswerWishes, EarlierMessage, ToolUse } from './conversations.types.js';
import { earliestMessageOf } from './earliest-message-of.js';
import { Message } from './entities/message.entity.js';
import type { MessageCitation } from './entities/message-citation.entity.js';

const LEASE = `interval '8 seconds'`;
const REMEMBERED_MESSAGES = 40;
/** Answers that failed stand between them, as a rule one for each question. */
const REMEMBERED_WITHIN = 4 * REMEMBERED_MESSAGES;
/** Under load the first words of others come before an answer's being kept: all that is left of it is its end. */
const KEPT_AT_ONCE = 3;

/** Whose conversation is spoken in, and by whom. */
export interface TurnPlace {
  readonly workspaceId: string;
  readonly conversationId: string;
  /** When set, only conversations that this actor opened are found. */
  readonly ownerId: string | null;
}

/** Which turn, where. */
export type RunningTurn = Pick<Message, 'workspaceId' | 'conversationId' | 'turnId'>;

/** A turn that this process has. */
export interface BegunTurn {
  readonly botId: string;
  /** What is kept of it. */
  readonly privacy: BotPrivacy;
  /** Of the question within the conversation; of the last one that was kept, where none is. */
  readonly position: number;
  /** The newest messages before the question that did not fail, in the order they were said. */
  readonly history: readonly EarlierMessage[];
  /** Whether people answer there: the question is kept, and the turn was not taken. */
  readonly isHandedOver: boolean;
}

/** What is kept together with an answer. */
export interface AnswerParts {
  readonly citations: readonly MessageCitation[];
  readonly toolUses: readonly ToolUse[];
  readonly ledger: Statement;
  readonly announcement: Statement;
}

/** A turn whose process died. */
export interface AbandonedTurn extends RunningTurn {
  readonly botId: string;
  /** When its process was seen last, in milliseconds of the epoch. */
  readonly seenAtMs: number;
}

/** Why a turn could not begin. */
export type TurnObstacle = 'not_found' | 'taken' | 'expired';

/** A question whose answer failed, to be answered again. */
export interface ResumedTurn extends BegunTurn {
  readonly question: Message;
}

/** Why a message cannot be answered again. */
export type RetryObstacle = TurnObstacle | 'not_an_answer' | 'answered' | 'not_last' | 'handed_over';

interface BegunRow extends Omit<BegunTurn, 'history' | 'privacy'> {
  readonly privacy: Partial<BotPrivacy>;
  readonly countBefore: number;
  readonly history: readonly EarlierMessage[] | null;
}

interface ResumedRow {
  readonly privacy: Partial<BotPrivacy>;
  readonly conversationId: string;
  readonly botId: string;
  readonly questionId: string;
  readonly position: number;
  readonly content: string;
  readonly wishes: AnswerWishes | null;
}

/**
 * The newest messages up to a position. It looks no further back than `REMEMBERED_WITHIN`: without that bound the planner,
 * which takes all conversations to be about as long, rather reads and sorts the whole of a long one for each turn.
 *
 * @param last an expression of SQL that gives the position.
 */
const historyUpTo = (
  last: string,
): string => `select json_agg(json_build_object('role', h.role, 'content', h.content) order by h.position) as history
  from (
    select m.role, m.content, m.position from messages m
    where m.workspace_id = ? and m.conversation_id = ? and m.id >= ? and m.status in ('complete', 'aborted')
      and m.position <= ${last} and m.position > ${last} - ${REMEMBERED_WITHIN}
    order by m.position desc limit ${REMEMBERED_MESSAGES}
  ) h`;
/** The bot of the conversation in which a turn begins, for what is read along. */
export const BEGUN_BOT = '(select bot_id from begun)';
/** 1, or 0 where nothing is kept of the conversations of bot `b`. */
const KEEPS_MESSAGES = `(b.privacy ->> 'storage' is distinct from 'none')::int`;
/** Whether people answer in conversation `c` of bot `b`. What is not kept nobody can answer. */
const HANDED_OVER = `(c.handed_over_at is not null and coalesce(b.privacy ->> 'storage', 'full') = 'full')`;
/** The clause of `begin` that has a row if people are to answer. */
export const WAITING = 'waiting';
/**
 * Whether the conversation's turn is this one. Of `turn_id = ?` it follows that there is a turn, so that the planner goes
 * through all running turns, and all that ended since the last vacuum, to find the one whose conversation it knows.
 */
const IS_THIS_TURN = 'turn_id is not distinct from ?::uuid';

/**
 * Whose turn it is in a conversation: a lease in its row, so that processes take turns too. See docs/adr/0008.
 *
 * A turn begins and ends with one statement each: with the lease comes the question, and with the answer it goes.
 */
@Injectable()
export class TurnsRepository {
  readonly #keeping = bulkhead(KEPT_AT_ONCE, Number.POSITIVE_INFINITY);

  constructor(private readonly sql: Sql) {}

  /**
   * Takes the turn and keeps the question, when nobody has the turn. Where people answer the question alone is kept.
   *
   * @param kept the content of the question as it may be kept, where the bot keeps any text.
   * @param announcement a statement that is run for each row of `WAITING`.
   * @param readings what is read along for the answer; the bot's id is `BEGUN_BOT`.
   */
  async begin<Known>(
    { workspaceId, conversationId, ownerId }: TurnPlace,
    question: Message,
    kept: string,
    announcement: Statement,
    readings: Readings<Known>,
  ): Promise<(BegunTurn & { readonly known: Known }) | null> {
    const along = columnsOf(readings);
    const { id, turnId, wishes, createdAt } = question;
    const earliest = earliestMessageOf(conversationId);
    const [row] = await this.sql.inWorkspace<BegunRow>(
      workspaceId,
      `with begun as (
         update conversations c set turn_id = case when ${HANDED_OVER} then null else ?::uuid end,
           turn_expires_at = case when ${HANDED_OVER} then null else now() + ${LEASE} end, turn_stop_requested = false,
           message_count = c.message_count + ${KEEPS_MESSAGES}, last_message_at = now(), updated_at = now(),
           status = case c.status when 'resolved' then 'open' else c.status end
         from bots b
         where c.workspace_id = ? and c.id = ? and (?::uuid is null or c.created_by_id = ?) and c.turn_id is null
           and b.workspace_id = c.workspace_id and b.id = c.bot_id
         returning c.bot_id, c.message_count, b.privacy, b.privacy ->> 'storage' as storage,
           ${HANDED_OVER} as is_handed_over
       ), question as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, wishes,
           created_at)
         select ?::uuid, ?::uuid, ?::uuid, ?::uuid, message_count, 'user',
           case storage when 'without_text' then '' else ? end, 'complete',
           case storage when 'without_text' then null else ?::json end, ?::timestamptz
         from begun where storage is distinct from 'none'
         returning id, workspace_id, content
       ), queued as (
         insert into message_search_queue (message_id, workspace_id)
         select id, workspace_id from question where content <> ''
       ), ${WAITING} as (
         select bot_id from begun where is_handed_over
       ), announced as (${announcement.sql})
       select begun.bot_id as "botId", begun.message_count as position, begun.privacy, said.history,
         begun.is_handed_over as "isHandedOver", (
         select c.message_count from conversations c where c.workspace_id = ? and c.id = ?
       ) as "countBefore"${along.sql}
       from begun cross join lateral (${historyUpTo('begun.message_count')}) said`,
      [
        ...[turnId, workspaceId, conversationId, ownerId, ownerId],
        ...[id, workspaceId, conversationId, turnId, kept, json(wishes), createdAt, ...announcement.params],
        ...[workspaceId, conversationId, ...along.params],
        ...[workspaceId, conversationId, earliest],
      ],
    );
    if (!row) return null;
    const { botId, position, countBefore, history, isHandedOver } = row;
    const privacy = privacyOf(row.privacy);
    // The turn before may have ended while this statement waited for it; all else is then read as it was before.
    const isStale = privacy.storage === 'full' && countBefore !== position - 1;
    return {
      ...{ botId, privacy, position, isHandedOver },
      known: readFrom(row, readings),
      history: isStale ? await this.#history(workspaceId, conversationId, position) : (history ?? []),
    };
  }

  /**
   * Takes the turn to answer again, when nobody has it, the question of an answer that failed or was aborted and that
   * nothing has followed.
   *
   * @param turnId of the new turn.
   */
  async resume(
    { workspaceId, ownerId }: Omit<TurnPlace, 'conversationId'>,
    answerId: string,
    turnId: string,
  ): Promise<ResumedTurn | null> {
    const [row] = await this.sql.inWorkspace<ResumedRow>(
      workspaceId,
      `with begun as (
         update conversations c set turn_id = ?, turn_expires_at = now() + ${LEASE}, turn_stop_requested = false,
           updated_at = now()
         from messages a, messages q, bots b
         where c.workspace_id = ? and (?::uuid is null or c.created_by_id = ?) and c.turn_id is null
           and c.handed_over_at is null and a.workspace_id = ? and a.id = ? and a.conversation_id = c.id and a.role = 'assistant'
           and b.workspace_id = c.workspace_id and b.id = c.bot_id
           and a.status in ('error', 'aborted') and a.position = c.message_count
           and q.workspace_id = ? and q.conversation_id = c.id and q.role = 'user' and q.content <> '' and q.position = (
             select max(b.position) from messages b where b.workspace_id = ? and b.conversation_id = c.id
               and b.role = 'user' and b.position < a.position)
         returning c.id, c.bot_id, b.privacy, q.id as question_id, q.position, q.content, q.wishes
       )
       select id as "conversationId", bot_id as "botId", question_id as "questionId", position, content,
         wishes, privacy
       from begun`,
      [turnId, workspaceId, ownerId, ownerId, workspaceId, answerId, workspaceId, workspaceId],
    );
    if (!row) return null;
    const { conversationId, botId, questionId, position, content, wishes } = row;
    const said = { workspaceId, conversationId, turnId, position, content, wishes };
    const question = new Message({ ...said, role: 'user', status: 'complete' }, {}, questionId);
    const history = await this.#history(workspaceId, conversationId, position);
    return { botId, privacy: privacyOf(row.privacy), position, question, history, isHandedOver: false };
  }

  /** Why `resume` gave nothing; the turn may be free by now. */
  async retryObstacle(
    { workspaceId, ownerId }: Omit<TurnPlace, 'conversationId'>,
    answerId: string,
  ): Promise<RetryObstacle> {
    const [row] = await this.sql.inWorkspace<{ obstacle: RetryObstacle }>(
      workspaceId,
      `select case when a.role <> 'assistant' then 'not_an_answer' when a.status = 'complete' then 'answered'
         when c.handed_over_at is not null then 'handed_over' when c.turn_expires_at < now() then 'expired' when c.turn_id is not null then 'taken'
         when a.position <> c.message_count or not exists (
           select 1 from messages q where q.workspace_id = a.workspace_id and q.conversation_id = a.conversation_id
             and q.role = 'user' and q.content <> '' and q.position < a.position
         ) then 'not_last' else 'taken' end as obstacle
       from messages a join conversations c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
       where a.workspace_id = ? and a.id = ? and (?::uuid is null or c.created_by_id = ?)`,
      [workspaceId, answerId, ownerId, ownerId],
    );
    return row?.obstacle ?? 'not_found';
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

  /** Whether somebody wants the turn to be stopped. */
  async renew({ workspaceId, conversationId, turnId }: RunningTurn): Promise<boolean> {
    const [row] = await this.sql.inWorkspace<{ isStopped: boolean }>(
      workspaceId,
      `update conversations set turn_expires_at = now() + ${LEASE}
       where workspace_id = ? and id = ? and ${IS_THIS_TURN} returning turn_stop_requested as "isStopped"`,
      [workspaceId, conversationId, turnId],
    );
    return row?.isStopped ?? false;
  }

  /** Asks whichever process has the turn to stop it. @returns whether there is such a turn. */
  async requestStop(
    { workspaceId, ownerId }: Omit<TurnPlace, 'conversationId'>,
    turnId: string,
  ): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update conversations set turn_stop_requested = true
       where workspace_id = ? and turn_id = ? and (?::uuid is null or created_by_id = ?) returning id`,
      [workspaceId, turnId, ownerId, ownerId],
    );
    return rows.length > 0;
  }

  /**
   * Keeps the answer and gives the turn back.
   *
   * @param answer with what may be kept of it.
   * @param toolUses what the model did on the way; each becomes a message before the answer.
   * @param ledger a statement that is run whatever becomes of the turn.
   * @param announcement a statement that is run when the answer is kept, from the rows of `answer`.
   * @returns the answer's position; null when the turn was lost, and nothing was kept.
   */
  finish(answer: Omit<Message, 'position'>, parts: AnswerParts): Promise<number | null> {
    return this.#keeping.execute(() => this.#keep(answer, parts));
  }

  async #keep(
    answer: Omit<Message, 'position'>,
    { citations, toolUses, ledger, announcement }: AnswerParts,
  ): Promise<number | null> {
    const { workspaceId, conversationId, turnId } = answer;
    const used = toolUses.map((use, index) => ({
      id: newId(),
      index,
      content: use.error ?? use.content,
      tool: use,
    }));
    const [row] = await this.sql.inWorkspace<{ position: number }>(
      workspaceId,
      `with ended as (
         update conversations set turn_id = null, turn_expires_at = null, message_count = message_count + 1 + ?::int,
           last_message_at = now(), updated_at = now(), cost_usd = cost_usd + coalesce(?::numeric, 0),
           error_count = error_count + (?::text = 'error')::int,
           first_reply_at = case ?::text when 'error' then first_reply_at else coalesce(first_reply_at, now()) end,
           last_reply_at = case ?::text when 'error' then last_reply_at else now() end
         where workspace_id = ? and id = ? and ${IS_THIS_TURN}
         returning message_count
       ), used as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, tool,
           created_at)
         select u.id, ?::uuid, ?::uuid, ?::uuid, message_count - ?::int + u.index, 'tool', u.content, 'complete', u.tool,
           ?::timestamptz
         from ended cross join jsonb_to_recordset(?::jsonb) as u(id uuid, index int, content text, tool jsonb)
       ), answer as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, model,
           input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, history_truncated, finish_reason, cost_usd, latency_ms,
           first_token_ms, answered, attempts, error, trace, created_at)
         select ?::uuid, ?::uuid, ?::uuid, ?::uuid, message_count, 'assistant', ?, ?, ?::jsonb, ?::int, ?::int, ?::int,
           ?::int, ?::int, ?::text, ?::numeric, ?::int, ?::int, ?::boolean, ?::jsonb, ?::jsonb,
           ?::jsonb, ?::timestamptz from ended
         returning position, id, workspace_id, content
       ), queued as (
         insert into message_search_queue (message_id, workspace_id)
         select id, workspace_id from answer where content <> ''
       ), cited as (
         insert into message_citations (id, workspace_id, message_id, index, chunk_id, document_id, datasource_id, title,
           url, location, row_id, quote, created_at)
         select c.id, ?::uuid, ?::uuid, c.index, c."chunkId", c."documentId", c."datasourceId", c.title, c.url, c.location, c."rowId", c.quote,
           c."createdAt"
         from answer cross join jsonb_to_recordset(?::jsonb) as c(id uuid, index int, "chunkId" uuid, "documentId" uuid,
           "datasourceId" uuid, title text, url text, location jsonb, "rowId" uuid, quote text, "createdAt" timestamptz)
       ), charged as (${ledger.sql}), announced as (${announcement.sql})
       select position from answer`,
      [
        ...[used.length, answer.costUsd, answer.status, answer.status, answer.status],
        ...[workspaceId, conversationId, turnId],
        ...[workspaceId, conversationId, turnId, used.length, answer.createdAt, JSON.stringify(used)],
        ...[
          answer.id,
          workspaceId,
          conversationId,
          turnId,
          answer.content,
          answer.status,
          json(answer.model),
        ],
        ...[answer.inputTokens, answer.cachedInputTokens, answer.outputTokens, answer.reasoningTokens],
        ...[
          answer.historyTruncated,
          answer.finishReason,
          answer.costUsd,
          answer.latencyMs,
          answer.firstTokenMs,
        ],
        ...[answer.answered, json(answer.attempts), json(answer.error)],
        ...[json(answer.trace ?? null), answer.createdAt],
        ...[workspaceId, answer.id, JSON.stringify(citations.map(columnsOfCitation))],
        ...ledger.params,
        ...announcement.params,
      ],
    );
    return row?.position ?? null;
  }

  /**
   * Gives the turn back where nothing that is said is kept.
   * @returns whether the turn was not lost.
   */
  async finishUnkept(
    { workspaceId, conversationId, turnId }: RunningTurn,
    ledger: Statement,
  ): Promise<true | null> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `with ended as (
         update conversations set turn_id = null, turn_expires_at = null, last_message_at = now(), updated_at = now()
         where workspace_id = ? and id = ? and ${IS_THIS_TURN} returning id
       ), charged as (${ledger.sql})
       select id from ended`,
      [workspaceId, conversationId, turnId, ...ledger.params],
    );
    return rows.length > 0 ? true : null;
  }

  /** Whether the turn was given back. */
  async isOver({ workspaceId, conversationId, turnId }: RunningTurn): Promise<true | null> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'select 1 from conversations where workspace_id = ? and id = ? and turn_id is distinct from ?::uuid',
      [workspaceId, conversationId, turnId],
    );
    return rows.length > 0 ? true : null;
  }

  /**
   * The position of an answer that was kept although nobody was told so; not of the one that `closeExpired` put in its
   * place, which alone took no time.
   */
  async findPosition({ workspaceId, id }: Pick<Message, 'workspaceId' | 'id'>): Promise<number | null> {
    const [row] = await this.sql.inWorkspace<{ position: number }>(
      workspaceId,
      'select position from messages where workspace_id = ? and id = ? and latency_ms is not null',
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
   * @returns those that were ended.
   */
  async closeExpired(
    error: object,
    limit: number,
    conversationId: string | null = null,
  ): Promise<AbandonedTurn[]> {
    return this.sql.acrossWorkspaces<AbandonedTurn>(
      'a process died in some workspace',
      `with expired as materialized (
         select workspace_id, id, turn_id, extract(epoch from turn_expires_at - ${LEASE}) * 1000 as seen_at_ms from conversations
         where turn_id is not null and turn_expires_at < now() and (?::uuid is null or id = ?)
         order by turn_expires_at limit ? for update skip locked
       ), ended as (
         update conversations c set turn_id = null, turn_expires_at = null,
           message_count = c.message_count + ${KEEPS_MESSAGES}, last_message_at = now(), updated_at = now(),
           error_count = c.error_count + 1
         from expired e, bots b where c.workspace_id = e.workspace_id and c.id = e.id
           and b.workspace_id = c.workspace_id and b.id = c.bot_id
         returning c.workspace_id, c.id, c.bot_id, e.turn_id, c.message_count, e.seen_at_ms,
           b.privacy ->> 'storage' as storage
       ), answers as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, answered, error,
           created_at)
         select e.turn_id, e.workspace_id, e.id, e.turn_id, e.message_count, 'assistant', '', 'error', false, ?::jsonb, now()
         from ended e where e.storage is distinct from 'none'
       )
       select e.workspace_id as "workspaceId", e.id as "conversationId", e.bot_id as "botId", e.turn_id as "turnId",
         e.seen_at_ms::float8 as "seenAtMs"
       from ended e`,
      [conversationId, conversationId, limit, JSON.stringify(error)],
    );
  }

  async #history(
    workspaceId: string,
    conversationId: string,
    before: number,
  ): Promise<readonly EarlierMessage[]> {
    const [row] = await this.sql.inWorkspace<{ history: readonly EarlierMessage[] | null }>(
      workspaceId,
      historyUpTo('?::int'),
      [workspaceId, conversationId, earliestMessageOf(conversationId), before - 1, before - 1],
    );
    return row?.history ?? [];
  }
}

/** An entity writes itself out as an answer to somebody, which takes longer than all of its fields. */
function columnsOfCitation(citation: MessageCitation): object {
  const { id, index, chunkId, documentId, datasourceId, title, url, location, rowId, quote, createdAt } =
    citation;
  return { id, index, chunkId, documentId, datasourceId, title, url, location, rowId, quote, createdAt };
}

function json(value: object | null): string | null {
  return value && JSON.stringify(value);
}
