import { defineJob } from '#common/jobs';

/** `update` adds what is new to what is there; `rebuild` reads all again and finds topics anew. */
export type RunMode = 'update' | 'rebuild';

/** Brings the insights of a bot up to date. Safe to repeat; it goes on where a run before it was killed. */
export const runInsights = defineJob<{ botId: string; mode: RunMode }>({
  queue: 'insights',
  name: 'insights.run',
  attempts: 3,
  backoffMs: 5_000,
  key: ({ botId, mode }) => `${botId}:${mode}`,
});
