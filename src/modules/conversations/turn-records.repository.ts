import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { isOfMember } from './authors-sql.js';
import type { TurnRecord, TurnsRequest } from './turn-records.js';

/** Most of an answer that a reader of turns gets: enough to see whether it refuses. */
const ANSWER_CHARACTERS = 600;
const QUESTION_CHARACTERS = 4_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** The database gives times as numbers: raw statements have no types of their own. */
interface StoredTurn extends Omit<TurnRecord, 'askedAt'> {
  readonly askedAtMs: number;
}

/** Turns as plain data, conversation by conversation. */
@Injectable()
export class TurnRecordsRepository {
  constructor(private readonly sql: Sql) {}

  /** In the order of conversations and, within each, of what was said. */
  async list({ workspaceId, botId, since, after, limit }: TurnsRequest): Promise<TurnRecord[]> {
    const from = since ?? new Date(0);
    const rows = await this.sql.inWorkspace<StoredTurn>(
      workspaceId,
      `select c.id as "conversationId", a.position, q.id as "questionId", a.id as "answerId",
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
         where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.position < a.position and m.role = 'user'
         order by m.position desc limit 1
       ) q on true
       left join lateral (
         select m.content from messages m
         where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.position < q.position and m.role = 'user'
         order by m.position desc limit 1
       ) b on true
       -- What was answered next, in conversations that people have taken over.
       left join lateral (
         select m.id, m.author_id, m.created_at from messages m
         where c.handed_over_by_id is not null and m.workspace_id = c.workspace_id and m.conversation_id = c.id
           and m.position > a.position and m.role = 'assistant'
         order by m.position limit 1
       ) n on true
       left join message_feedback f on f.workspace_id = a.workspace_id and f.message_id = a.id
       where c.workspace_id = ? and c.bot_id = ? and c.id >= ?::uuid and (c.id, a.position) > (?::uuid, ?::int)
         and (not ${isOfMember('a')} or not exists (
           select 1 from messages m where m.workspace_id = c.workspace_id and m.conversation_id = c.id
             and m.position > q.position and m.position < a.position and m.role = 'assistant'))
         and (?::boolean or a.created_at >= ?::timestamptz or f.updated_at >= ?::timestamptz
           or c.handed_over_at >= ?::timestamptz or (n.author_id is not null and n.created_at >= ?::timestamptz))
       order by c.id, a.position limit ?::int`,
      [
        ...[
          workspaceId,
          botId,
          after?.conversationId ?? FIRST,
          after?.conversationId ?? FIRST,
          after?.position ?? 0,
        ],
        ...[since === null, from, from, from, from, limit],
      ],
    );
    return rows.map(({ askedAtMs, ...turn }) => ({ ...turn, askedAt: new Date(askedAtMs) }));
  }
}
