import { Injectable } from '@nestjs/common';
import { firstIdAt, NOT_PREPARED, type PageRequest, Sql, type Statement } from '#common/database';
import type { ConversationScope } from '../conversation-conditions.js';
import { conversationCondition } from '../conversation-conditions.js';
import type { ConversationFilter, MessageRole, Sort } from '../conversations.types.js';
import { idsBetween } from '../id-bounds.js';
import type { LastRow } from '../query-cursor.js';
import { blockLexeme, placeLexeme } from './message-lexemes.js';
import { outdatedPlaceLexemes } from './outdated-lexemes.js';
import { englishRankingOf, rankingOf, type SearchQuery, tsqueriesOf } from './parse-search.js';
import { type SearchSpan, SearchWindow } from './search-window.js';
import { blocksWithin, firstIdIn } from './time-blocks.js';

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
export const RANKED_MESSAGES = 2_500;
/** The first look is at so many messages, whatever they say. */
const FIRST_MESSAGES = 5_000;
/** For longer stretches of time the blocks are not named one by one. */
const MAX_BLOCKS = 100;

/** Where to look, among which messages, and how far back. */
interface Look {
  readonly window: SearchWindow;
  /** Whether rows have to be found, too, that do not say in which blocks of time they are. */
  readonly hasOutdated: boolean;
}

/** How many messages are needed, and whether only those before another. */
interface Needed {
  readonly count: number;
  readonly after?: LastRow | undefined;
}

/** A row of what was found, or of nothing; and how many messages were found. */
type Counted<Row> = Row & { readonly matched: number };

/**
 * Searches messages: the newest first, and further back until there are enough (ADR 28). Every statement has a plan of its
 * own: how rare the words are decides how they are best found.
 */
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
    const isRanked = search.sort === 'relevance';
    const score = isRanked ? scoreOf(search.query) : UNRANKED;
    const behind = isRanked && after ? behindOf(after) : EVERYWHERE;
    const order = isRanked ? 'score desc, message_id desc' : 'message_id desc';
    const needed = isRanked ? { count: RANKED_MESSAGES } : { count: limit + 1, after };
    return this.#look(scope, search, score, needed, (candidates) => ({
      sql: `with found as materialized (${candidates.sql}),
       page as (select message_id, score from found where ${behind.sql} order by ${order} limit ?),
       shown as (
         select m.id, m.conversation_id as "conversationId", c.bot_id as "botId", m.role, m.content,
           m.created_at as "createdAt", p.score
         from page p
         join messages m on m.workspace_id = ? and m.id = p.message_id
         join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
       )
       select (select count(*) from found)::int as matched, s.* from (select) one left join shown s on true
       order by ${order.replace('message_id', 'id')}`,
      params: [...candidates.params, ...behind.params, limit + 1, scope.workspaceId],
    }));
  }

  /** Conversations by how well their best message fits; one more than `limit` at most. */
  async listConversations(
    scope: ConversationScope,
    query: SearchQuery,
    conversations: Omit<ConversationFilter, 'q'>,
    { limit }: Pick<PageRequest, 'limit'>,
    after?: LastRow,
  ): Promise<ScoredConversation[]> {
    const { botId, from } = conversations;
    const place = { query, ...(from ? { from } : {}), conversations: botId === undefined ? {} : { botId } };
    const conditions = conversationCondition(scope, conversations);
    const score = scoreOf(query);
    const behind = after ? behindOf(after) : EVERYWHERE;
    const needed = { count: RANKED_MESSAGES };
    return this.#look({ ...scope, ownerId: null }, place, score, needed, (candidates) => ({
      sql: `with found as materialized (${candidates.sql}),
       ranked as (
         select f.conversation_id as message_id, max(f.score) as score from found f
         join conversations c on c.id = f.conversation_id and ${conditions.sql}
         group by f.conversation_id
       ),
       shown as (
         select message_id as id, score from ranked where ${behind.sql} order by score desc, message_id desc limit ?
       )
       select (select count(*) from found)::int as matched, s.* from (select) one left join shown s on true
       order by score desc, id desc`,
      params: [...candidates.params, ...conditions.params, ...behind.params, limit + 1],
    }));
  }

  /** Looks further and further back until enough messages were found, or there are no more. */
  async #look<Row extends { readonly id: string }>(
    scope: ConversationScope,
    search: Omit<MessageSearch, 'sort'>,
    score: Statement,
    needed: Needed,
    statementOf: (candidates: Statement) => Statement,
  ): Promise<Row[]> {
    const bounds = boundsOf(search, needed.after);
    const first = search.query.terms.length === 0 ? null : await this.#firstLook(scope, search, bounds);
    if (first === null) return [];
    for (let look = first; ;) {
      const candidates = candidatesOf(scope, search, score, bounds, look, needed.count);
      const { sql, params } = statementOf(candidates);
      const rows = await this.sql.inWorkspace<Counted<Row | Record<keyof Row, null>>>(
        scope.workspaceId,
        `${NOT_PREPARED}${sql}`,
        params,
      );
      const matched = rows[0]?.matched ?? 0;
      if (matched >= needed.count || look.window.isWhole)
        return rows.filter((row): row is Counted<Row> => row.id !== null).map(withoutCount);
      look = { ...look, window: look.window.wider(matched, needed.count) };
    }
  }

  /** At the newest messages of the workspace, or of the bot; `null` where there are none. */
  async #firstLook(
    { workspaceId }: ConversationScope,
    { conversations: { botId }, to }: Omit<MessageSearch, 'sort'>,
    bounds: Bounds,
  ): Promise<Look | null> {
    const ofWorkspace = all([['s.workspace_id = ?', workspaceId], ...bounds]);
    const within: Bounds = [['s.workspace_id = ?', workspaceId], ['s.bot_id = ?', botId], ...bounds];
    const among = all(within);
    // Without those that would only be meant if clocks went wrong: a look at nothing else tells nothing.
    const counted = all([...within, ['s.message_id < ?::uuid', to && firstIdAt(to.getTime())]]);
    const [row] = await this.sql.inWorkspace<
      {
        [Key in keyof SearchSpan]: string | null;
      } & { hasOutdated: boolean }
    >(
      workspaceId,
      `select
         (select message_id from message_search s where ${among.sql} order by message_id desc limit 1) as newest,
         (select message_id from message_search s where ${among.sql} order by message_id limit 1) as oldest,
         (select message_id from message_search s where ${counted.sql} order by message_id desc limit 1) as counted,
         (select message_id from message_search s where ${counted.sql} order by message_id desc offset ? limit 1) as first,
         exists (select 1 from message_search s where ${ofWorkspace.sql} and s.word_count is null) as "hasOutdated"`,
      [
        ...[...among.params, ...among.params, ...counted.params, ...counted.params, FIRST_MESSAGES],
        ...ofWorkspace.params,
      ],
    );
    if (!row?.newest || !row.oldest) return null;
    const { newest, oldest, counted: newestCounted, first, hasOutdated } = row;
    const span = { newest, oldest, counted: newestCounted ?? newest, first };
    return { hasOutdated, window: hasOutdated ? SearchWindow.whole(span) : SearchWindow.first(span) };
  }
}

function withoutCount<Row>({ matched: _, ...row }: Counted<Row>): Row {
  return row as unknown as Row;
}

const EVERYWHERE: Statement = { sql: 'true', params: [] };
const UNRANKED: Statement = { sql: '0::float8', params: [] };

function behindOf({ score, id }: LastRow): Statement {
  return {
    sql: '(score < ?::float8 or (score = ?::float8 and message_id < ?::uuid))',
    params: [score, score, id],
  };
}

/**
 * Ten-thousandths of what `ts_rank` says, so that a cursor names it exactly; long messages hold more by chance. Postgres
 * counts the lexemes of places among the words. Rows that are not rewritten yet have four; the others are ranked as if
 * they had as many, so that both can be compared.
 */
function scoreOf(query: SearchQuery): Statement {
  const ranking = rankingOf(query);
  if (ranking === null) return UNRANKED;
  const english = englishRankingOf(query);
  const rankOf = (of: string): string => `ts_rank(s.lexemes, ${of}, (s.word_count is null)::int)`;
  return {
    // Most messages hold nothing but words and English stems, and the stems of twenty languages are looked up one by one.
    sql: `round((
        case when s.lexemes @@ '''~'':*'::tsquery then ${rankOf('?::tsquery')}
        else ${rankOf('?::tsquery')} * ?::float8 end
        / coalesce(ln(s.word_count + 4 + 1) / ln(2), 1) * 10000
      )::numeric)::float8`,
    params: [ranking, english.ranking, english.share],
  };
}

type Condition = readonly [sql: string, value: unknown];
/** Of the ids among which messages are looked for. */
type Bounds = readonly Condition[];

function boundsOf({ from, to }: Omit<MessageSearch, 'sort'>, after?: LastRow): Bounds {
  const ids = idsBetween(from, to);
  return [
    ['s.message_id >= ?::uuid', ids.from],
    ['s.message_id < ?::uuid', ids.to],
    ['s.message_id < ?::uuid', after?.id],
  ];
}

/** Those conditions for which there is a value, as one. */
function all(conditions: readonly Condition[]): Statement {
  const given = conditions.filter(([, value]) => value !== undefined);
  return { sql: given.map(([sql]) => sql).join(' and '), params: given.map(([, value]) => value) };
}

/** The newest messages that hold what is looked for, so many at most. */
function candidatesOf(
  scope: ConversationScope,
  search: Omit<MessageSearch, 'sort'>,
  score: Statement,
  bounds: Bounds,
  look: Look,
  limit: number,
): Statement {
  const { from, to, role, conversations } = search;
  const { workspaceId, ownerId } = scope;
  const { botId, ...others } = conversations;
  const needsConversation = ownerId !== null || Object.values(others).some((value) => value !== undefined);
  const conditions = needsConversation ? conversationCondition(scope, others) : EVERYWHERE;
  const said = all([
    ['s.workspace_id = ?', workspaceId],
    ...[...tsqueriesOf(search.query), placeQuery(scope, search, look)].map((wanted): Condition => [
      's.lexemes @@ ?::tsquery',
      wanted,
    ]),
  ]);
  const exactly = all([
    ['s.workspace_id = ?', workspaceId],
    ['s.bot_id = ?', botId],
    ...bounds,
    ['s.message_id >= ?::uuid', look.window.isWhole ? undefined : firstIdIn(look.window.from)],
    ['s.said_at >= ?', from],
    ['s.said_at < ?', to],
    [
      `exists (select 1 from messages m where m.workspace_id = s.workspace_id and m.id = s.message_id and m.role = ?)`,
      role,
    ],
  ]);
  return {
    // The inner offset has lexemes alone decide which rows are read: the planner would read messages from the newest on until
    // enough of them match, or those of a bot besides, and knows too little of rare words for either. The outer one has
    // them ranked before they are sorted, which their lexemes would make a matter of temporary files.
    sql: `select * from (
        select s.message_id, s.conversation_id, ${score.sql} as score from (
          select s.workspace_id, s.message_id, s.conversation_id, s.bot_id, s.said_at, s.lexemes, s.word_count
          from message_search s
          ${needsConversation ? 'join conversations c on c.workspace_id = s.workspace_id and c.id = s.conversation_id' : ''}
          where ${said.sql} and ${conditions.sql} offset 0
        ) s where ${exactly.sql} offset 0
      ) s order by s.message_id desc limit ?`,
    params: [...score.params, ...said.params, ...conditions.params, ...exactly.params, limit],
  };
}

/** Where and when, in lexemes. */
function placeQuery(
  { workspaceId }: ConversationScope,
  { conversations: { botId }, from, to }: Omit<MessageSearch, 'sort'>,
  { window, hasOutdated }: Look,
): string {
  const place = { workspaceId, ...(botId === undefined ? {} : { botId }) };
  const blocks = blocksWithin(window);
  return [
    ...(blocks.length > MAX_BLOCKS ? [placeLexeme(place)] : blocks.map((block) => blockLexeme(place, block))),
    ...(hasOutdated ? outdatedPlaceLexemes(place, from, to) : []),
  ]
    .map((lexeme) => `'${lexeme}'`)
    .join(' | ');
}
