import { defineJob } from '#common/jobs';

/** Tells conversations of their topics, after the team has decided something about these. Safe to repeat. */
export const tellTopics = defineJob<{ botId: string }>({
  queue: 'insights',
  name: 'topics.tell',
  attempts: 5,
  backoffMs: 1_000,
  key: ({ botId }) => botId,
});
