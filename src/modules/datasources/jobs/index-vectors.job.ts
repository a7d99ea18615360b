import { defineJob } from '#common/jobs';

/** Makes the index of a large workspace's vectors, or drops one that is not needed any more. Safe to repeat. */
export const indexVectors = defineJob<{ model: string }>({
  queue: 'maintenance',
  name: 'vectors.index',
  attempts: 3,
  backoffMs: 10_000,
  key: ({ model }) => model,
});
