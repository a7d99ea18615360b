import type { Statement } from '#common/database';
import type { ConversationFilter } from './conversations.types.js';
import { idsBetween } from './id-bounds.js';
import { parseSearch, tsqueryOf } from './search/parse-search.js';

/** Whose conversations may be seen. */
export interface ConversationScope {
  readonly workspaceId: string;
  /** When set, only those that this actor opened; see `ownerOf`. */
  readonly ownerId: string | null;
}

/** What has to hold of a row of `conversations`, called `c`, in one workspace: one condition, for a `where`. */
export function conversationCondition(
  { workspaceId, ownerId }: ConversationScope,
  filter: ConversationFilter,
): Statement {
  const all = [...is('c.workspace_id = ?', workspaceId), ...conversationConditions(ownerId, filter)];
  return {
    sql: all.map(({ sql }) => `(${sql})`).join(' and '),
    params: all.flatMap(({ params }) => params),
  };
}

/**
 * Conditions on a conversation `c`: those only that are asked for, so that each combination has a plan of its own.
 *
 * @param ownerId when set, only conversations that this actor opened; see `ownerOf`.
 */
export function conversationConditions(ownerId: string | null, filter: ConversationFilter): Statement[] {
  return [
    is('c.created_by_id = ?', ownerId),
    ...columnConditions(filter),
    ...answerConditions(filter),
    ...inboxConditions(filter),
    ...searchConditions(filter),
  ].flat();
}

type Conditions = readonly Statement[];

/** One condition with one parameter; none where there is no value. */
function is(sql: string, value: unknown): Conditions {
  return value === undefined || value === null ? [] : [{ sql, params: [value] }];
}

function columnConditions(filter: ConversationFilter): Conditions[] {
  const { botId, channel, externalUserId, from, to, status, minMessages, costAbove, metadata = {} } = filter;
  const bounds = idsBetween(from, to);
  return [
    is('c.id >= ?::uuid', bounds.from),
    is('c.id < ?::uuid', bounds.to),
    is('c.created_at >= ?', from),
    is('c.created_at < ?', to),
    is('c.bot_id = ?', botId),
    is('c.channel = ?', channel),
    is('c.external_user_id = ?', externalUserId),
    is('c.status = ?', status),
    is('c.message_count >= ?', minMessages),
    is('c.cost_usd > ?::float8::numeric', costAbove),
    ...Object.entries(metadata).map(([key, value]) => [
      { sql: 'c.metadata ->> ?::text = ?::text', params: [key, value] },
    ]),
  ];
}

const OF_CONVERSATION = `m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.role = 'assistant'`;
const WITH_FEEDBACK = 'join message_feedback f on f.workspace_id = m.workspace_id and f.message_id = m.id';

function answerConditions({
  answered,
  rating,
  model,
  datasourceId,
  hasError,
}: ConversationFilter): Conditions[] {
  return [
    is(
      `exists (select 1 from messages m where ${OF_CONVERSATION} and m.answered = ?)`,
      rating ? undefined : answered,
    ),
    is(
      answered === undefined
        ? `exists (select 1 from message_feedback f where f.workspace_id = c.workspace_id and f.conversation_id = c.id
            and f.rating = ?)`
        : `exists (select 1 from messages m ${WITH_FEEDBACK} where ${OF_CONVERSATION} and f.rating = ?
            and m.answered = ${String(answered)})`,
      rating,
    ),
    is(`exists (select 1 from messages m where ${OF_CONVERSATION} and m.model ->> 'name' = ?)`, model),
    is(
      `exists (select 1 from messages m
         join message_citations x on x.workspace_id = m.workspace_id and x.message_id = m.id
         where ${OF_CONVERSATION} and x.datasource_id = ?)`,
      datasourceId,
    ),
    hasError === undefined ? [] : [{ sql: hasError ? 'c.error_count > 0' : 'c.error_count = 0', params: [] }],
  ];
}

function inboxConditions({ tag, topicId, unread, assigneeId, handedOver }: ConversationFilter): Conditions[] {
  return [
    is(
      `exists (select 1 from conversation_tags t where t.workspace_id = c.workspace_id and t.conversation_id = c.id
         and t.tag = ?)`,
      tag,
    ),
    is(
      `exists (select 1 from conversation_topics t where t.workspace_id = c.workspace_id and t.conversation_id = c.id
         and t.topic_id = ?)`,
      topicId,
    ),
    is(
      `coalesce((select r.position from conversation_reads r
         where r.workspace_id = c.workspace_id and r.conversation_id = c.id and r.user_id = ?), 0)
         ${unread?.is ? '<' : '>='} c.message_count`,
      unread?.by,
    ),
    assigneeId === null
      ? [{ sql: 'c.assignee_id is null', params: [] }]
      : is('c.assignee_id = ?', assigneeId),
    handedOver === undefined
      ? []
      : [{ sql: `c.handed_over_at is ${handedOver ? 'not ' : ''}null`, params: [] }],
  ];
}

function searchConditions({ q }: ConversationFilter): Conditions[] {
  if (q === undefined) return [];
  const tsquery = tsqueryOf(parseSearch(q));
  if (tsquery === null) return [[{ sql: 'false', params: [] }]];
  return is(
    `exists (select 1 from message_search s where s.workspace_id = c.workspace_id and s.conversation_id = c.id
       and s.lexemes @@ ?::tsquery)`,
    tsquery,
  ).map((condition) => [condition]);
}
