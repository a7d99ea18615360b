import { defineJob } from '#common/jobs';

/** Makes the indexes that the fields of a large table ask for, while it is in use. Safe to repeat. */
export const indexTable = defineJob<{ tableId: string }>({
  queue: 'maintenance',
  name: 'table.index',
  attempts: 5,
  backoffMs: 2_000,
  key: ({ tableId }) => tableId,
});
