import { defineJob } from '#common/jobs';

/** Gives a field the type that its row says it is to get. Safe to repeat; two at once become one. */
export const convertField = defineJob<{ tableId: string; fieldId: string }>({
  queue: 'maintenance',
  name: 'table.convert_field',
  attempts: 3,
  backoffMs: 2_000,
  key: ({ fieldId }) => fieldId,
});
