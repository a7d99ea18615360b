import { defineJob } from '#common/jobs';

/** Reads a site anew, in as many turns as it takes, and goes on where it was when its process dies. */
export const crawlSite = defineJob<{ datasourceId: string }>({
  queue: 'ingest',
  name: 'site.crawl',
  attempts: 3,
  backoffMs: 1_000,
  standstillMs: 600_000,
  key: ({ datasourceId }) => datasourceId,
});
