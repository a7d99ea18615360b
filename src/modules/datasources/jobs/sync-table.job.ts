import { defineJob } from '#common/jobs';

/** Brings the passages of a table source up to date: all of them, or those of records that have changed. */
export const syncTable = defineJob<{ datasourceId: string }>({
  queue: 'ingest',
  name: 'table.sync',
  attempts: 3,
  backoffMs: 1_000,
  standstillMs: 600_000,
  key: ({ datasourceId }) => datasourceId,
});
