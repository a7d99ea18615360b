import { isoTime } from '#common/database';
import type { ColumnType, RowTable, SqlColumn } from '#common/rows';
import { authorIdOf, authorOf } from '../authors-sql.js';

/** What of conversations can be handed on as rows. */
export const CONVERSATION_ROWS = ['conversations', 'messages', 'pairs', 'feedback'] as const;
export type ConversationRowsKind = (typeof CONVERSATION_ROWS)[number];

const JOIN_CONVERSATION = (alias: string): string =>
  `join conversations c on c.workspace_id = ${alias}.workspace_id and c.id = ${alias}.conversation_id`;
const JOIN_FEEDBACK = (alias: string): string =>
  `left join message_feedback f on f.workspace_id = ${alias}.workspace_id and f.message_id = ${alias}.id`;

function column(name: string, type: ColumnType, sql: string, description: string, join?: string): SqlColumn {
  return { name, type, sql, description, ...(join === undefined ? {} : { join }) };
}

function extra(name: string, type: ColumnType, sql: string, description: string, join?: string): SqlColumn {
  return { ...column(name, type, sql, description, join), isExtra: true };
}

const OF_CONVERSATION = (join?: string): readonly SqlColumn[] => [
  column('botId', 'text', 'c.bot_id', 'The bot.', join),
  column('channel', 'text', 'c.channel', 'Where it was said.', join),
  column('externalUserId', 'text', 'c.external_user_id', 'Who talks, as you name your users.', join),
];

const ANSWER = (alias: string): readonly SqlColumn[] => [
  column('status', 'text', `${alias}.status`, 'complete, aborted or error.'),
  column('provider', 'text', `${alias}.model->>'provider'`, 'Of the model that answered.'),
  column('model', 'text', `${alias}.model->>'name'`, 'The model that answered.'),
  column('inputTokens', 'integer', `${alias}.input_tokens`, 'Tokens that the model read.'),
  column('cachedInputTokens', 'integer', `${alias}.cached_input_tokens`, 'Of these, from a cache.'),
  column('outputTokens', 'integer', `${alias}.output_tokens`, 'Tokens that the model wrote.'),
  column('reasoningTokens', 'integer', `${alias}.reasoning_tokens`, 'Of these, for reasoning.'),
  column('costUsd', 'decimal', `${alias}.cost_usd`, 'What the answer cost.'),
  column('latencyMs', 'integer', `${alias}.latency_ms`, 'How long the answer took.'),
  column('firstTokenMs', 'integer', `${alias}.first_token_ms`, 'How long until its first word.'),
  column('finishReason', 'text', `${alias}.finish_reason`, 'Why the model ended.'),
  column('answered', 'boolean', `${alias}.answered`, 'Whether the bot found an answer.'),
  column('errorCode', 'text', `${alias}.error->>'code'`, 'Why there is no answer.'),
];

const RATING: readonly SqlColumn[] = [
  column('rating', 'text', 'f.rating', 'up or down.', 'feedback'),
  column('ratingReason', 'text', 'f.reason', 'Why: wrong, incomplete, helpful, ...', 'feedback'),
  column('ratingComment', 'text', 'f.comment', 'What was said of the answer.', 'feedback'),
];

const CITATIONS = (alias: string): string =>
  `(select json_agg(json_build_object('index', t.index, 'chunkId', t.chunk_id, 'documentId', t.document_id,
    'datasourceId', t.datasource_id, 'title', t.title, 'url', t.url, 'location', t.location, 'rowId', t.row_id,
    'quote', t.quote) order by t.index)
  from message_citations t where t.workspace_id = ${alias}.workspace_id and t.message_id = ${alias}.id)`;

/** What a team makes of a conversation. */
const OF_TEAM: readonly SqlColumn[] = [
  extra('status', 'text', 'c.status', 'open, resolved or archived.'),
  extra('assigneeId', 'text', 'c.assignee_id', 'The member who looks after it.'),
  extra(
    'tags',
    'json',
    `coalesce((select json_agg(t.tag order by t.tag) from conversation_tags t
      where t.workspace_id = c.workspace_id and t.conversation_id = c.id), '[]'::json)`,
    'Its tags.',
  ),
  extra(
    'notes',
    'json',
    `coalesce((select json_agg(json_build_object('id', n.id, 'authorId', ${authorIdOf('n')}, 'content', n.content,
        'createdAt', ${isoTime('n.created_at')}) order by n.id) from conversation_notes n
      where n.workspace_id = c.workspace_id and n.conversation_id = c.id), '[]'::json)`,
    'What the team noted about it, oldest first.',
  ),
  extra('firstReplyAt', 'timestamp', 'c.first_reply_at', 'When it was answered first.'),
  extra('lastReplyAt', 'timestamp', 'c.last_reply_at', 'When it was answered last.'),
  extra('handedOverAt', 'timestamp', 'c.handed_over_at', 'Since when people answer in it.'),
  extra('costUsd', 'decimal', 'c.cost_usd', 'What its answers have cost, as far as that is known.'),
  extra('errorCount', 'integer', 'c.error_count', 'How many of its answers failed.'),
  extra('legalHold', 'boolean', 'c.legal_hold', 'Whether it stays, whatever its age.'),
];

/** A `MessageRecord`, from `messages m` with `MESSAGE_RECORD_JOINS`. */
export const MESSAGE_RECORD = `json_build_object('id', m.id, 'turnId', m.turn_id, 'position', m.position, 'role', m.role,
  'author', ${authorOf('m')}, 'authorId', ${authorIdOf('m')}, 'content', m.content, 'status', m.status, 'model', m.model, 'inputTokens', m.input_tokens,
  'cachedInputTokens', m.cached_input_tokens, 'outputTokens', m.output_tokens, 'reasoningTokens', m.reasoning_tokens,
  'historyTruncated', m.history_truncated, 'finishReason', m.finish_reason, 'costUsd', m.cost_usd::text,
  'latencyMs', m.latency_ms, 'firstTokenMs', m.first_token_ms, 'answered', m.answered, 'attempts', m.attempts,
  'error', m.error, 'tool', m.tool, 'wishes', m.wishes, 'createdAt', ${isoTime('m.created_at')},
  'citations', coalesce(${CITATIONS('m')}, '[]'::json),
  'feedback', case when f.id is not null then json_build_object('rating', f.rating, 'reason', f.reason, 'comment', f.comment,
    'createdAt', ${isoTime('f.created_at')}, 'updatedAt', ${isoTime('f.updated_at')}) end,
  'correction', case when k.message_id is not null then json_build_object('question', k.question, 'content', k.content,
    'authorId', ${authorIdOf('k', 'actor_id')}, 'createdAt', ${isoTime('k.created_at')},
    'updatedAt', ${isoTime('k.updated_at')}) end)`;

/** What `MESSAGE_RECORD` reads besides messages. */
export const MESSAGE_RECORD_JOINS = `${JOIN_FEEDBACK('m')}
  left join message_corrections k on k.workspace_id = m.workspace_id and k.message_id = m.id`;

const CONVERSATIONS: RowTable = {
  from: 'conversations c',
  joins: {},
  key: [{ sql: 'c.id', type: 'uuid' }],
  workspace: 'c.workspace_id',
  created: 'c.created_xid',
  changed: 'c.changed_xid',
  columns: [
    column('id', 'text', 'c.id', 'The conversation.'),
    ...OF_CONVERSATION(),
    column('metadata', 'json', 'c.metadata', 'What the caller noted about it.'),
    column('messageCount', 'integer', 'c.message_count', 'How many messages it has.'),
    column('lastMessageAt', 'timestamp', 'c.last_message_at', 'When something was said last.'),
    column('createdAt', 'timestamp', 'c.created_at', 'When it began.'),
    column('updatedAt', 'timestamp', 'c.updated_at', 'When it changed last.'),
    ...OF_TEAM,
    // Its values are put together by `ConversationRows`, a few messages at a time.
    extra('messages', 'json', 'null', 'All that was said, as in a record of a conversation.'),
  ],
};

const MESSAGES: RowTable = {
  from: 'messages m',
  joins: { conversation: JOIN_CONVERSATION('m'), feedback: JOIN_FEEDBACK('m') },
  // Conversation by conversation, as it was said.
  key: [
    { sql: 'm.conversation_id', type: 'uuid' },
    { sql: 'm.position', type: 'int' },
  ],
  workspace: 'm.workspace_id',
  created: 'm.created_xid',
  changed: 'm.changed_xid',
  columns: [
    column('id', 'text', 'm.id', 'The message.'),
    column('conversationId', 'text', 'm.conversation_id', 'The conversation that it belongs to.'),
    column('turnId', 'text', 'm.turn_id', 'A question and its answer have the same.'),
    column('position', 'integer', 'm.position', 'Within the conversation, from 1.'),
    column('role', 'text', 'm.role', 'user, assistant or tool.'),
    column('content', 'text', 'm.content', 'What was said.'),
    ...ANSWER('m'),
    ...RATING,
    column('createdAt', 'timestamp', 'm.created_at', 'When it was said.'),
    ...OF_CONVERSATION('conversation'),
    extra('metadata', 'json', 'c.metadata', 'Of the conversation.', 'conversation'),
    extra('author', 'text', authorOf('m'), 'visitor, bot or member: who said it.'),
    extra('authorId', 'text', authorIdOf('m'), 'The member who said it, where it was said.'),
    extra('citations', 'json', CITATIONS('m'), 'What the answer leans on.'),
    extra('error', 'json', 'm.error', 'Why there is no answer, with its message.'),
    extra('attempts', 'json', 'm.attempts', 'Models that were asked in vain.'),
    extra('tool', 'json', 'm.tool', 'The tool that the model used.'),
  ],
};

const PAIRS: RowTable = {
  from: 'messages q',
  joins: {
    conversation: JOIN_CONVERSATION('q'),
    // The last answer before the next question.
    answer: `left join lateral (
        select a.* from messages a where a.workspace_id = q.workspace_id and a.conversation_id = q.conversation_id
          and a.role = 'assistant' and a.position > q.position
          and a.position < coalesce((select min(n.position) from messages n where n.workspace_id = q.workspace_id
            and n.conversation_id = q.conversation_id and n.position > q.position and n.role = 'user'), 2147483647)
          and (a.created_xid is null or pg_visible_in_snapshot(a.created_xid, :snapshot::pg_snapshot))
        order by a.position desc limit 1
      ) m on true`,
    feedback: JOIN_FEEDBACK('m'),
  },
  needs: ['answer'],
  // Conversation by conversation, as it was said.
  key: [
    { sql: 'q.conversation_id', type: 'uuid' },
    { sql: 'q.position', type: 'int' },
  ],
  workspace: 'q.workspace_id',
  created: 'q.created_xid',
  changed: 'greatest(q.changed_xid, m.changed_xid)',
  condition: `q.role = 'user'`,
  changedCondition: `q.conversation_id in (select x.conversation_id from messages x where x.workspace_id = :workspace::uuid
    and x.changed_xid >= pg_snapshot_xmin(:since::pg_snapshot) and x.changed_xid < pg_snapshot_xmax(:snapshot::pg_snapshot))`,
  columns: [
    column('id', 'text', 'q.id', 'The question.'),
    column('conversationId', 'text', 'q.conversation_id', 'The conversation that it belongs to.'),
    column('position', 'integer', 'q.position', 'Of the question, within the conversation.'),
    column('question', 'text', 'q.content', 'What was asked.'),
    column('askedAt', 'timestamp', 'q.created_at', 'When it was asked.'),
    column('answerId', 'text', 'm.id', 'The last answer to it.'),
    column('answer', 'text', 'm.content', 'What was answered.'),
    column('answeredAt', 'timestamp', 'm.created_at', 'When it was answered.'),
    ...ANSWER('m'),
    ...RATING,
    ...OF_CONVERSATION('conversation'),
    extra('metadata', 'json', 'c.metadata', 'Of the conversation.', 'conversation'),
    extra('citations', 'json', CITATIONS('m'), 'What the answer leans on.'),
  ],
};

const FEEDBACK: RowTable = {
  from: 'message_feedback f',
  joins: {
    conversation: JOIN_CONVERSATION('f'),
    message: 'join messages m on m.workspace_id = f.workspace_id and m.id = f.message_id',
  },
  key: [{ sql: 'f.id', type: 'uuid' }],
  workspace: 'f.workspace_id',
  created: 'f.created_xid',
  changed: 'f.changed_xid',
  columns: [
    column('id', 'text', 'f.id', 'The feedback.'),
    column('messageId', 'text', 'f.message_id', 'The answer that it is about.'),
    column('conversationId', 'text', 'f.conversation_id', 'The conversation that it belongs to.'),
    column('rating', 'text', 'f.rating', 'up or down.'),
    column('reason', 'text', 'f.reason', 'Why: wrong, incomplete, helpful, ...'),
    column('comment', 'text', 'f.comment', 'What was said of the answer.'),
    column('actorId', 'text', 'f.actor_id', 'The user or key that gave it.'),
    column('answer', 'text', 'm.content', 'The answer.', 'message'),
    column('createdAt', 'timestamp', 'f.created_at', 'When it was given first.'),
    column('updatedAt', 'timestamp', 'f.updated_at', 'When it was given last.'),
    ...OF_CONVERSATION('conversation'),
  ],
};

export const CONVERSATION_TABLES: Readonly<Record<ConversationRowsKind, RowTable>> = {
  conversations: CONVERSATIONS,
  messages: MESSAGES,
  pairs: PAIRS,
  feedback: FEEDBACK,
};
