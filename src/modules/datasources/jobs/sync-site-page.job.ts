import { defineJob } from '#common/jobs';

/** Reads one page of a site anew. Safe to repeat; two at once become one. */
export const syncSitePage = defineJob<{ datasourceId: string; documentId: string }>({
  queue: 'ingest',
  name: 'site.sync_page',
  attempts: 3,
  backoffMs: 1_000,
  standstillMs: 600_000,
  key: ({ documentId }) => documentId,
});
