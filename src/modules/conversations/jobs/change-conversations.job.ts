import { defineJob } from '#common/jobs';

/** Changes or removes many conversations. Safe to repeat. */
export const changeConversations = defineJob<{ orderId: string }>({
  queue: 'maintenance',
  name: 'conversations.change',
  attempts: 5,
  backoffMs: 2_000,
  key: ({ orderId }) => orderId,
});
