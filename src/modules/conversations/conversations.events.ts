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
