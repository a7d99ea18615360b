import { defineEvent } from '#common/events';

/** An answer was saved, whole or in part. */
export const messageAnswered = defineEvent<{
  readonly messageId: string;
  readonly conversationId: string;
  readonly botId: string;
  readonly status: string;
  readonly answered: boolean;
}>('message.answered');
