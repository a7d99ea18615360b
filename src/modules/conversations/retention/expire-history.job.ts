import { defineJob } from '#common/jobs';

/** Removes messages of a bot that are older than it wants. Safe to repeat. */
export const expireHistory = defineJob<{ botId: string }>({
  queue: 'maintenance',
  name: 'history.expire',
  attempts: 3,
  backoffMs: 10_000,
  key: ({ botId }) => botId,
});
