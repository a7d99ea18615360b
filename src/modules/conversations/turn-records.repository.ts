import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { isOfMember } from './authors-sql.js';
import type { TurnCursor, TurnRecord, TurnsMark, TurnsRead, TurnsRequest } from './turn-records.js';

/** Most of an answer that a reader of turns gets: enough to see whether it refuses. */
const ANSWER_CHARACTERS = 600;
const QUESTION_CHARACTERS = 4_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** The database gives times as numbers: raw statements have no types of their own. */
interface StoredTurn extends Omit<TurnRecord, 'askedAt'> {
  readonly askedAtMs: number;
  readonly changedXid: string;
}

/** Some turns, and where those after them begin. */
export interface TurnsPage {
  readonly turns: readonly TurnRecord[];
  readonly next: TurnCursor | null;
}

/** Any turn behind a place. */
const ANY = 'c.id >= ?::uuid and (c.id, a.position) > (?::uuid, ?::int)';

/**
 * Messages `m` of conversation `c`, to be found by the index of their conversation and their place alone: without
 * statistics, as right after an import, others look as good to the planner, and it reads all that the workspace has for
 * each turn.
 */
const IN_ITS_CONVERSATION = '(m.workspace_id = c.workspace_id) is true and m.conversation_id = c.id';

function anyParams(after: TurnCursor | null): unknown[] {
  const id = after?.conversationId ?? FIRST;
  return [id, id, after?.position ?? 0];
}

/**
 * Behind a place: what has come or was rated, in conversations that changed, and what may have to be read again. A
 * conversation that seems to come from the future was written by another server, before it was restored here.
 */
const CHANGED = `c.changed_xid >= ?::xid8 and c.changed_xid < pg_snapshot_xmax(pg_current_snapshot())
         and (c.changed_xid, c.id, a.position) > (?::xid8, ?::uuid, ?::int)
         and (a.changed_xid >= ?::xid8 or a.created_at >= ?::timestamptz
           or c.handed_over_at >= ?::timestamptz or (n.author_id is not null and n.created_at >= ?::timestamptz))`;

function changedParams({ mark, from }: TurnsRead, after: TurnCursor | null): unknown[] {
  const { changedXid, conversationId, position } = after ?? {
    ...{ changedXid: mark, conversationId: FIRST, position: 0 },
  };
  return [changedXid, changedXid, conversationId, position, mark, from, from, from];
}

function pageOf(rows: readonly StoredTurn[], limit: number): TurnsPage {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    turns: rows.map(({ askedAtMs, changedXid: _, ...turn }) => ({ ...turn, askedAt: new Date(askedAtMs) })),
    next: last
      ? {
          ...{ changedXid: last.changedXid, conversationId: last.conversationId },
          position: last.position,
        }
      : null,
  };
}

/** Turns as plain data, conversation by conversation. */
@Injectable()
export class TurnRecordsRepository {
  constructor(private readonly sql: Sql) {}

  /** Whoever reads now sees all that was written by transactions before it. */
  async mark(): Promise<TurnsMark> {
    const [row] = await this.sql.acrossWorkspaces<{ mark: TurnsMark }>(
      'a moment is of the whole database',
      'select pg_snapshot_xmin(pg_current_snapshot())::text as mark',
    );
    if (!row) throw new Error('The database has no snapshot.');
    return row.mark;
  }

  /**
   * Conversation by conversation and, within each, in the order of what was said. One that changes while it is read may
   * come twice.
   */
  async list({ workspaceId, botId, since, after, limit }: TurnsRequest): Promise<TurnsPage> {
    const rows = await this.sql.inWorkspace<StoredTurn>(
      workspaceId,
      `select c.id as "conversationId", c.changed_xid::text as "changedXid", a.position, q.id as "questionId", a.id as "answerId",
         left(q.content, ${QUESTION_CHARACTERS}) as question, left(b.content, ${QUESTION_CHARACTERS}) as "questionBefore",
         case when q.content = '' then (
           select t.title from message_citations t where t.workspace_id = a.workspace_id and t.message_id = a.id
           order by t.index limit 1) end as "citedTitle",
         left(a.content, ${ANSWER_CHARACTERS}) as answer, extract(epoch from q.created_at)::float8 * 1000 as "askedAtMs", c.channel,
         c.external_user_id as "externalUserId", a.status, a.answered, f.rating, a.cost_usd::float8 as "costUsd",
         a.latency_ms as "latencyMs", a.first_token_ms as "firstTokenMs", a.model,
         (${isOfMember('a')} or n.author_id is not null or (n.id is null and c.handed_over_at is not null))
           as "isHandedOver"
       from conversations c
       join messages a on a.workspace_id = c.workspace_id and a.conversation_id = c.id and a.role = 'assistant'
       join lateral (
         select m.id, m.content, m.created_at, m.position from messages m
         where ${IN_ITS_CONVERSATION} and m.position < a.position and m.role = 'user'
         order by m.position desc limit 1
       ) q on true
       left join lateral (
         select m.content from messages m
         where ${IN_ITS_CONVERSATION} and m.position < q.position and m.role = 'user'
         order by m.position desc limit 1
       ) b on true
       -- What was answered next, in conversations that people have taken over.
       left join lateral (
         select m.id, m.author_id, m.created_at from messages m
         where c.handed_over_by_id is not null and ${IN_ITS_CONVERSATION}
           and m.position > a.position and m.role = 'assistant'
         order by m.position limit 1
       ) n on true
       left join message_feedback f on f.workspace_id = a.workspace_id and f.message_id = a.id
       where c.workspace_id = ? and c.bot_id = ? and ${since ? CHANGED : ANY}
         and (not ${isOfMember('a')} or not exists (
           select 1 from messages m where ${IN_ITS_CONVERSATION}
             and m.position > q.position and m.position < a.position and m.role = 'assistant'))
       order by ${since ? 'c.changed_xid, ' : ''}c.id, a.position limit ?::int`,
      [workspaceId, botId, ...(since ? changedParams(since, after) : anyParams(after)), limit],
    );
    return pageOf(rows, limit);
  }
}
