import { defineJob } from '#common/jobs';

/** Writes the file of an export. Goes on after the last part that is written when it is repeated. */
export const writeExport = defineJob<{ exportId: string }>({
  queue: 'export',
  name: 'export.write',
  attempts: 10,
  backoffMs: 2_000,
  key: ({ exportId }) => exportId,
});
