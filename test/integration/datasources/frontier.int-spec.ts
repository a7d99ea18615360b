import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { CrawlHostsRepository } from '../../../src/modules/datasources/site/crawl-hosts.repository.js';
import {
  type FoundPage,
  FrontierRepository,
  type RunRef,
  type SettledPage,
} from '../../../src/modules/datasources/site/frontier.repository.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const SITE = 'https://docs.test';
const page = (path: string, depth = 0): FoundPage => ({ url: `${SITE}${path}`, depth });

describeOnEachDatabase('the frontier of a crawl', (target) => {
  let db: TestDatabase;
  let frontier: FrontierRepository;
  let hosts: CrawlHostsRepository;
  let run: RunRef;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    frontier = new FrontierRepository(db.sql);
    hosts = new CrawlHostsRepository(db.sql);
  });
  beforeEach(async () => {
    await db.truncate();
    run = await openRun();
  });
  afterAll(() => db.close());

  const sql = (text: string, params: readonly unknown[]): Promise<Record<string, unknown>[]> =>
    db.sql.acrossWorkspaces('test', text, params);
  const openRun = async (): Promise<RunRef> => {
    const ref = { id: newId(), workspaceId: newId(), datasourceId: newId() };
    await sql(`insert into workspaces (id, name, created_at) values (?, 'Acme', now())`, [ref.workspaceId]);
    await sql(
      `insert into datasources (id, workspace_id, type, name, site, created_at, updated_at)
       values (?, ?, 'site', 'Docs', '{}', now(), now())`,
      [ref.datasourceId, ref.workspaceId],
    );
    await sql(
      `insert into sync_runs (id, workspace_id, datasource_id, job_id, started_at, created_at)
       values (?, ?, ?, ?, now(), now())`,
      [ref.id, ref.workspaceId, ref.datasourceId, newId()],
    );
    return ref;
  };
  const addDocument = (path: string, contentHash: string, missed = 0): Promise<unknown> =>
    sql(
      `insert into documents (id, workspace_id, datasource_id, url, title, markdown, content_hash, bytes, missed, fetched_at,
         created_at, updated_at)
       values (?, ?, ?, ?, 'T', 'M', ?, 1, ?, now(), now(), now())`,
      [newId(), run.workspaceId, run.datasourceId, `${SITE}${path}`, contentHash, missed],
    );
  const documents = async (): Promise<unknown[]> =>
    (await sql('select url from documents order by url', [])).map(({ url }) => String(url).replace(SITE, ''));
  const waiting = async (limit = 100): Promise<string[]> =>
    (await frontier.take(run, limit, [])).map(({ url }) => url.replace(SITE, ''));
  const settle = async (path: string, outcome: SettledPage['outcome'], more: Partial<SettledPage> = {}) => {
    const found = (await frontier.take(run, 1_000, [])).find(({ url }) => url === `${SITE}${path}`);
    await frontier.settle(run, [
      {
        ...{ id: found?.id ?? '', outcome, reason: null, documentId: null, httpStatus: 200, bytes: 1 },
        ...{ durationMs: 1, tries: 0, waitMs: 0, canonicalUrl: null, ...more },
      },
    ]);
  };
  const report = async (): Promise<Record<string, unknown>> => {
    const rows = await sql(
      'select url, outcome from sync_run_pages where run_id = ? and outcome is not null',
      [run.id],
    );
    return Object.fromEntries(rows.map(({ url, outcome }) => [String(url).replace(SITE, ''), outcome]));
  };
  const counts = async () => (await sql('select * from sync_runs where id = ?', [run.id]))[0];

  it('knows each address once, and hands out the nearest first', async () => {
    await frontier.add(run, [page('/deep', 3), page('/a', 1), page('/b', 1), page('/a', 1)], 10);
    await frontier.add(run, [page('/'), page('/a', 5)], 10);

    expect(await waiting()).toEqual(['/', '/a', '/b', '/deep']);
    expect(await waiting(2)).toEqual(['/', '/a']);
    expect(await counts()).toMatchObject({ known: 4, skipped: 0 });
  });

  it('reads no more pages than it may, and lists a thousand of the others', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => page(`/p${String(index)}`));

    await frontier.add(run, many, 25);
    await frontier.add(run, many, 25);

    expect(await waiting()).toHaveLength(25);
    expect(await counts()).toMatchObject({ known: 25, skipped: 1_000 });
  });

  it('reads two hundred pages that differ in their query alone', async () => {
    const queries = Array.from({ length: 300 }, (_, index) => page(`/list?sort=${String(index)}`));

    await frontier.add(run, [...queries.slice(0, 150), page('/other?x=1')], 1_000);
    await frontier.add(run, queries.slice(150), 1_000);

    expect(await counts()).toMatchObject({ known: 201, skipped: 100 });
  });

  it('settles a page once, and counts it', async () => {
    await frontier.add(run, [page('/a'), page('/b')], 10);

    await settle('/a', 'added');
    await settle('/b', null, { waitMs: 60_000, tries: 1 });

    expect(await waiting()).toEqual([]);
    expect(await counts()).toMatchObject({ added: 1, failed: 0 });
    expect(await frontier.progressOf(run)).toEqual({ done: 1, known: 2 });
    const [wait] = await frontier.waits(run);
    expect(wait?.origin).toBe(SITE);
    expect(wait?.waitMs).toBeGreaterThan(50_000);
  });

  it('hands out nothing of hosts that rest', async () => {
    await frontier.add(run, [page('/a'), { url: 'https://other.test/', depth: 0 }], 10);

    expect((await frontier.take(run, 10, [SITE])).map(({ url }) => url)).toEqual(['https://other.test/']);
  });

  it('drops a document when two runs in a row have not found it, and keeps what failed', async () => {
    await addDocument('/here', 'a', 1);
    await addDocument('/once', 'b');
    await addDocument('/twice', 'c', 1);
    await addDocument('/failed', 'd', 1);
    await addDocument('/excluded', 'e');
    await frontier.add(run, [page('/here'), page('/once'), page('/twice'), page('/failed')], 10);
    await settle('/here', 'unchanged');
    await settle('/once', 'gone');
    await settle('/twice', 'gone');
    await settle('/failed', 'failed');

    await frontier.dropMissing(run, [`${SITE}/excluded`]);

    expect(await documents()).toEqual(['/failed', '/here', '/once']);
    expect(await report()).toEqual({
      ...{
        '/here': 'unchanged',
        '/once': 'gone',
        '/twice': 'gone',
        '/failed': 'failed',
        '/excluded': 'gone',
      },
    });
  });

  it('keeps the oldest of documents that say the same, if the run has found them', async () => {
    await addDocument('/first', 'same');
    await addDocument('/second', 'same');
    await addDocument('/lost', 'same');
    await frontier.add(run, [page('/first'), page('/second'), page('/lost')], 10);
    await settle('/first', 'unchanged');
    await settle('/second', 'unchanged');
    await settle('/lost', 'failed');

    await frontier.foldDuplicates(run);

    expect(await documents()).toEqual(['/first', '/lost']);
    expect(await report()).toMatchObject({ '/second': 'duplicate' });
  });

  it('reads again what belongs to a page that is not there', async () => {
    await frontier.add(run, [page('/print'), page('/screen'), page('/orphan')], 10);
    await settle('/print', 'duplicate', { canonicalUrl: `${SITE}/screen` });
    await settle('/orphan', 'duplicate', { canonicalUrl: `${SITE}/nowhere` });
    await settle('/screen', 'added');

    expect(await frontier.distrustCanonicals(run)).toBe(1);

    expect(await frontier.take(run, 10, [])).toMatchObject([
      { url: `${SITE}/orphan`, heedsCanonical: false },
    ]);
  });

  it('finds known pages that the run has not met', async () => {
    await addDocument('/met', 'a');
    await addDocument('/unmet', 'b');
    await frontier.add(run, [page('/met')], 10);

    expect(await frontier.unmet(run, '', 10)).toEqual([{ url: `${SITE}/unmet`, depth: 0 }]);
    expect(await frontier.unmet(run, `${SITE}/unmet`, 10)).toEqual([]);
  });

  it('has nothing to do with runs of other workspaces', async () => {
    await frontier.add(run, [page('/mine')], 10);
    const other = await openRun();
    const forged = { ...run, workspaceId: other.workspaceId };

    await frontier.add(forged, [page('/theirs')], 10);

    expect(await frontier.take(forged, 10, [])).toEqual([]);
    expect(await waiting()).toEqual(['/mine']);
  });

  it('remembers what hosts ask for', async () => {
    await hosts.save(run, { origin: SITE, robots: 'User-agent: *', tries: 1, restMs: 0 });
    await hosts.save(run, { origin: SITE, robots: null, tries: 2, restMs: 60_000 });

    const [host] = await hosts.list(run);

    expect(host).toMatchObject({ origin: SITE, robots: null, tries: 2 });
    expect(host?.restMs).toBeGreaterThan(50_000);
  });
});
