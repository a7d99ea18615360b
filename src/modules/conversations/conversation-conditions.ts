import type { Statement } from '#common/database';
import type { ConversationFilter } from './conversations.types.js';

/** Conditions on a conversation `c`: those only that are asked for, so that each combination has a plan of its own. */
export function conversationConditions(
  ownerId: string | null,
  { botId, channel, externalUserId, from, to, answered, rating }: ConversationFilter,
): Statement[] {
  const conditions: readonly (readonly [string, unknown])[] = [
    ['c.bot_id = ?', botId],
    ['c.channel = ?', channel],
    ['c.external_user_id = ?', externalUserId],
    ['c.created_by_id = ?', ownerId],
    ['c.created_at >= ?', from],
    ['c.created_at < ?', to],
    [
      `exists (select 1 from messages x where ${OF_CONVERSATION} and x.answered = ?)`,
      rating ? undefined : answered,
    ],
    [
      answered === undefined
        ? `exists (select 1 from message_feedback y where y.workspace_id = c.workspace_id and y.conversation_id = c.id
            and y.rating = ?)`
        : `exists (select 1 from messages x ${WITH_FEEDBACK} where ${OF_CONVERSATION} and y.rating = ?
            and x.answered = ${String(answered)})`,
      rating,
    ],
  ];
  return conditions
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([sql, value]) => ({ sql, params: [value] }));
}

const OF_CONVERSATION = `x.workspace_id = c.workspace_id and x.conversation_id = c.id and x.role = 'assistant'`;
const WITH_FEEDBACK = 'join message_feedback y on y.workspace_id = x.workspace_id and y.message_id = x.id';
