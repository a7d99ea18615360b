import { Injectable } from '@nestjs/common';
import { NOT_PREPARED, type PageRequest, Sql, type Statement } from '#common/database';
import type { ConversationScope } from '../conversation-conditions.js';
import { conversationCondition } from '../conversation-conditions.js';
import type { ConversationFilter, MessageRole, Sort } from '../conversations.types.js';
import { idsBetween } from '../id-bounds.js';
import type { LastRow } from '../query-cursor.js';
import { monthLexeme, placeLexeme } from './message-lexemes.js';
import { rankingOf, type SearchQuery, tsqueryOf } from './parse-search.js';

/** Which messages are looked for. */
export interface MessageSearch {
  readonly query: SearchQuery;
  /** Said then or later, and before then. */
  readonly from?: Date;
  readonly to?: Date;
  readonly role?: 'user' | 'assistant';
  /** What has to hold of their conversations, but for when these began and what was said in them. */
  readonly conversations: Omit<ConversationFilter, 'q' | 'from' | 'to'>;
  readonly sort: Sort;
}

/** A message that was found. */
export interface FoundMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly botId: string;
  readonly role: MessageRole;
  readonly content: string;
  readonly createdAt: Date;
  /** How much of what was looked for it holds, from 0 on; 0 where that was not asked. */
  readonly score: number;
}

/** A conversation in which something was found. */
export interface ScoredConversation extends LastRow {
  readonly score: number;
}

/** Relevance is told among so many, the newest: reading the words of more takes too long. */
export const RANKED_MESSAGES = 5_000;
/** For longer stretches of time the months are not named one by one. */
const MAX_MONTHS = 24;

/** Searches messages. Every statement has a plan of its own: how rare the words are decides how they are best found. */
@Injectable()
export class MessageHitsRepository {
  constructor(private readonly sql: Sql) {}

  /** One more than `limit` at most. The newest first, or by relevance. */
  async list(
    scope: ConversationScope,
    search: MessageSearch,
    { limit }: Pick<PageRequest, 'limit'>,
    after?: LastRow,
  ): Promise<FoundMessage[]> {
    const candidates = candidatesOf(scope, search, search.sort === 'time' ? { limit: limit + 1, after } : {});
    if (!candidates) return [];
    const isRanked = search.sort === 'relevance';
    const ranking = rankingOf(search.query);
    const score = isRanked && ranking ? scoreOf(ranking) : { sql: '0::float8', params: [] };
    const isBehind = isRanked && after ? BEHIND : { sql: 'true', params: () => [] };
    return this.sql.inWorkspace<FoundMessage>(
      scope.workspaceId,
      `${NOT_PREPARED}with found as materialized (${candidates.sql}),
       ranked as (select f.message_id, ${score.sql} as score from found f),
       page as (
         select * from ranked where ${isBehind.sql} order by ${isRanked ? 'score desc, ' : ''}message_id desc limit ?
       )
       select m.id, m.conversation_id as "conversationId", c.bot_id as "botId", m.role, m.content,
         m.created_at as "createdAt", p.score
       from page p
       join messages m on m.workspace_id = ? and m.id = p.message_id
       join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
       order by ${isRanked ? 'p.score desc, ' : ''}p.message_id desc`,
      [
        ...candidates.params,
        ...score.params,
        ...(after ? isBehind.params(after) : []),
        limit + 1,
        scope.workspaceId,
      ],
    );
  }

  /** Conversations by how well their best message fits; one more than `limit` at most. */
  async listConversations(
    scope: ConversationScope,
    query: SearchQuery,
    conversations: Omit<ConversationFilter, 'q'>,
    { limit }: Pick<PageRequest, 'limit'>,
    after?: LastRow,
  ): Promise<ScoredConversation[]> {
    const ranking = rankingOf(query);
    const { botId, from } = conversations;
    const place = { query, ...(from ? { from } : {}), conversations: botId === undefined ? {} : { botId } };
    const candidates = candidatesOf({ ...scope, ownerId: null }, place, {});
    if (!candidates) return [];
    const conditions = conversationCondition(scope, conversations);
    const score = ranking ? scoreOf(ranking) : { sql: '0::float8', params: [] };
    return this.sql.inWorkspace<ScoredConversation>(
      scope.workspaceId,
      `${NOT_PREPARED}with found as materialized (${candidates.sql}),
       ranked as (
         select f.conversation_id as message_id, max(${score.sql}) as score from found f
         join conversations c on c.id = f.conversation_id and ${conditions.sql}
         group by f.conversation_id
       )
       select message_id as id, score from ranked where ${after ? BEHIND.sql : 'true'}
       order by score desc, message_id desc limit ?`,
      [
        ...candidates.params,
        ...score.params,
        ...conditions.params,
        ...(after ? BEHIND.params(after) : []),
        limit + 1,
      ],
    );
  }
}

const BEHIND = {
  sql: '(score < ?::float8 or (score = ?::float8 and message_id < ?::uuid))',
  params: ({ score, id }: LastRow): unknown[] => [score, score, id],
};

/** Whole thousandths of what `ts_rank` says, so that a cursor names it exactly; long messages hold more by chance. */
function scoreOf(ranking: string): Statement {
  return { sql: 'round((ts_rank(f.lexemes, ?::tsquery, 1) * 10000)::numeric)::float8', params: [ranking] };
}

/** The newest messages that hold what is looked for, `null` when nothing can. */
function candidatesOf(
  scope: ConversationScope,
  { query, from, to, role, conversations }: Omit<MessageSearch, 'sort'>,
  { limit = RANKED_MESSAGES, after }: { readonly limit?: number; readonly after?: LastRow | undefined },
): Statement | null {
  const wanted = tsqueryOf(query);
  if (wanted === null) return null;
  const { workspaceId } = scope;
  const { botId, ...others } = conversations;
  const bounds = idsBetween(from, to);
  const needsConversation =
    scope.ownerId !== null || Object.values(others).some((value) => value !== undefined);
  const conditions = needsConversation ? conversationCondition(scope, others) : { sql: 'true', params: [] };
  const given = (
    [
      ['s.workspace_id = ?', workspaceId],
      [
        's.lexemes @@ ?::tsquery',
        `(${wanted}) & (${placeQuery({ workspaceId, ...(botId ? { botId } : {}) }, from, to)})`,
      ],
      ['s.bot_id = ?', botId],
      ['s.message_id >= ?::uuid', bounds.from],
      ['s.message_id < ?::uuid', bounds.to],
      ['s.said_at >= ?', from],
      ['s.said_at < ?', to],
      ['s.message_id < ?::uuid', after?.id],
      [
        `exists (select 1 from messages m where m.workspace_id = s.workspace_id and m.id = s.message_id and m.role = ?)`,
        role,
      ],
    ] as const
  ).filter(([, value]) => value !== undefined);
  return {
    sql: `select s.message_id, s.conversation_id, s.lexemes from message_search s
      ${needsConversation ? 'join conversations c on c.workspace_id = s.workspace_id and c.id = s.conversation_id' : ''}
      where ${given.map(([condition]) => condition).join(' and ')} and ${conditions.sql}
      order by s.message_id desc limit ?`,
    params: [...given.map(([, value]) => value), ...conditions.params, limit],
  };
}

/** Where and when, in lexemes. */
function placeQuery(place: { workspaceId: string; botId?: string }, from?: Date, to?: Date): string {
  const months = from && monthsBetween(from, to ?? new Date(Date.now() + 86_400_000));
  const lexemes = months ? months.map((month) => monthLexeme(place, month)) : [placeLexeme(place)];
  return lexemes.map((lexeme) => `'${lexeme}'`).join(' | ');
}

/** The months that a stretch of time touches; `undefined` when they are too many. */
function monthsBetween(from: Date, to: Date): Date[] | undefined {
  const first = from.getUTCFullYear() * 12 + from.getUTCMonth();
  const last = to.getUTCFullYear() * 12 + to.getUTCMonth();
  if (last < first || last - first >= MAX_MONTHS) return undefined;
  return Array.from(
    { length: last - first + 1 },
    (_, index) => new Date(Date.UTC(Math.floor((first + index) / 12), (first + index) % 12)),
  );
}
