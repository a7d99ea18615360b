import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import type { JobAnswer, SourceView } from '../support/journey.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { linkedPage } from '../support/web.js';
import type { WorkerProcess } from '../support/worker-process.js';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];
const PAGES = 150;
/** How many pages a process has in hand at most: those between two transactions. */
const IN_FLIGHT = 24;
const RECOVERY_MS = 60_000;

if (databaseUrl && redisUrl) {
  describe('a crawl whose worker is killed', () => {
    let installation: Installation;
    let owner: ApiClient;

    beforeAll(async () => {
      installation = await Installation.open({ databaseUrl, redisUrl });
      owner = await signUp((await installation.api()).url);
    });
    afterAll(() => installation.close());

    const paths = (site: string): string[] =>
      Array.from({ length: PAGES }, (_, index) => `/${site}/page-${String(index)}`);
    /** Each page names the two that follow from it, as in a binary tree; the first is the start. */
    const serve = (site: string): void => {
      paths(site).forEach((path, index, all) => {
        const links = [all[2 * index + 1], all[2 * index + 2]].filter((link) => link !== undefined);
        const html = linkedPage(`Page ${String(index)}`, `Number ${String(index)} has this to say.`, links);
        installation.site.set(path, (_request, response) => {
          setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(html), 20);
        });
      });
    };
    const begin = async (site: string): Promise<SourceView> =>
      (
        await owner.post<SourceView>('/v1/datasources', {
          type: 'site',
          startUrls: [installation.site.url(`/${site}/page-0`)],
          sitemaps: [],
        })
      ).body;
    const requestsOf = (site: string): string[] =>
      installation.site.requests.map(({ path }) => path).filter((path) => path.startsWith(`/${site}/`));
    const ended = (source: SourceView): Promise<JobAnswer> =>
      eventually(
        async () => (await owner.get<JobAnswer>(`/v1/jobs/${source.job.id}`)).body,
        ({ state }) => state === 'succeeded' || state === 'failed',
        RECOVERY_MS,
      );
    const killAfter = async (worker: WorkerProcess, site: string, pages: number): Promise<void> => {
      await eventually(
        () => requestsOf(site).length,
        (count) => count >= pages,
        RECOVERY_MS,
      );
      await worker.kill();
    };
    const documentsOf = (source: SourceView): Promise<{ url: string; passages: number }[]> =>
      installation.rows(
        `select d.url, (select count(*)::int from chunks c where c.document_id = d.id) as passages
         from documents d where d.datasource_id = $1 order by d.url`,
        [source.id],
      );

    it('goes on where it was, several times, and has every page once in the end', async () => {
      serve('tree');
      const first = await installation.worker();
      const source = await begin('tree');

      await killAfter(first, 'tree', 40);
      const second = await installation.worker();
      await killAfter(second, 'tree', 100);
      const third = await installation.worker();
      const job = await ended(source);
      await third.stop();

      const documents = await documentsOf(source);
      const runs = await installation.rows<{ state: string; added: number }>(
        'select state, added from sync_runs where datasource_id = $1',
        [source.id],
      );
      const reported = await installation.rows<{ outcome: string; count: number }>(
        `select p.outcome, count(*)::int as count from sync_run_pages p join sync_runs r on r.id = p.run_id
         where r.datasource_id = $1 group by 1`,
        [source.id],
      );
      expect(job).toMatchObject({ state: 'succeeded', result: { added: PAGES, failed: 0 } });
      expect(documents.map(({ url }) => url)).toEqual(
        paths('tree')
          .map((path) => installation.site.url(path))
          .toSorted(),
      );
      expect(documents.every(({ passages }) => passages > 0)).toBe(true);
      expect(runs).toEqual([{ state: 'succeeded', added: PAGES }]);
      expect(reported).toEqual([{ outcome: 'added', count: PAGES }]);
      expect(requestsOf('tree').length).toBeLessThanOrEqual(PAGES + 2 * IN_FLIGHT);
    });

    it('goes on after its process was stopped in the usual way, and asks for nothing twice but what was under way', async () => {
      serve('calm');
      const first = await installation.worker();
      const source = await begin('calm');
      await eventually(
        () => requestsOf('calm').length,
        (count) => count >= 50,
        RECOVERY_MS,
      );

      await first.stop();
      const second = await installation.worker();
      const job = await ended(source);
      await second.stop();

      expect(job).toMatchObject({ state: 'succeeded', result: { added: PAGES } });
      expect(await documentsOf(source)).toHaveLength(PAGES);
      expect(requestsOf('calm').length).toBeLessThanOrEqual(PAGES + IN_FLIGHT);
    });
  });
} else {
  skipLoudly('killed crawls', 'TEST_DATABASE_URL and TEST_REDIS_URL');
}
