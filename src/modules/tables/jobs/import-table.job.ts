import { defineJob } from '#common/jobs';

/** Reads a file into a table. Goes on where it was when it is repeated. */
export const importTable = defineJob<{ importId: string }>({
  queue: 'imports',
  name: 'table.import',
  attempts: 5,
  backoffMs: 2_000,
  key: ({ importId }) => importId,
});
