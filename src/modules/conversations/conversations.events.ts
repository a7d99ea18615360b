import { defineEvent } from '#common/events';

/** A person was forgotten; nobody is told who. */
export const visitorErased = defineEvent<{
  readonly erasureId: string;
  readonly subjectHash: string;
}>('visitor.erased');

/** An answer was saved, whole or in part. */
export const messageAnswered = defineEvent<{
  readonly messageId: string;
  readonly conversationId: string;
  readonly botId: string;
  readonly status: string;
  readonly answered: boolean;
}>('message.answered');

/** A person has taken over a conversation: its bot is silent. */
export const conversationHandedOver = defineEvent<{
  readonly conversationId: string;
  readonly botId: string;
  readonly actorId: string;
}>('conversation.handed_over');

/** The bot answers again. */
export const conversationHandedBack = defineEvent<{
  readonly conversationId: string;
  readonly botId: string;
  readonly actorId: string;
}>('conversation.handed_back');

/** Something was said that a person is to answer, since the conversation was handed over. */
export const messageWaiting = defineEvent<{
  readonly messageId: string;
  readonly conversationId: string;
  readonly botId: string;
}>('message.waiting');

/** A person has answered in place of the bot. */
export const messageReplied = defineEvent<{
  readonly messageId: string;
  readonly conversationId: string;
  readonly botId: string;
  readonly authorId: string;
}>('message.replied');

/** Somebody said what an answer should have been. */
export const answerCorrected = defineEvent<{
  readonly messageId: string;
  readonly conversationId: string;
  readonly botId: string;
}>('answer.corrected');

/** Somebody changed the state, the assignee or the tags of a conversation. */
export const conversationChanged = defineEvent<{
  readonly conversationId: string;
  readonly botId: string;
  readonly actorId: string;
}>('conversation.changed');

/** Many conversations were changed or removed at once; the order says which and how. */
export const conversationsBulkChanged = defineEvent<{
  readonly orderId: string;
  readonly changed: number;
}>('conversations.bulk_changed');
