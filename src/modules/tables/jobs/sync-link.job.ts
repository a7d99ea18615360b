import { defineJob } from '#common/jobs';

/** Brings a hosted table and the one of another service that it follows together. Safe to repeat. */
export const syncLink = defineJob<{ linkId: string }>({
  queue: 'imports',
  name: 'linked_table.sync',
  attempts: 6,
  backoffMs: 5_000,
  key: ({ linkId }) => linkId,
});
