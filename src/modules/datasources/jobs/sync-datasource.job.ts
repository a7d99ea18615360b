import { defineJob } from '#common/jobs';

/** Reads a source anew and swaps in what it says. Safe to repeat; two at once become one. */
export const syncDatasource = defineJob<{ datasourceId: string }>({
  queue: 'ingest',
  name: 'datasource.sync',
  attempts: 3,
  backoffMs: 1_000,
  standstillMs: 600_000,
  key: ({ datasourceId }) => datasourceId,
});
