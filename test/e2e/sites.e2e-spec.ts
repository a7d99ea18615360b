import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type {
  CreateDatasourceDto,
  DatasourceResponse,
  SyncRunPageResponse,
} from '../support/generated/api.js';
import { ask, createBot, ended, openConversation, syncAgain } from '../support/journey.js';
import { createWeb, linkedPage, type TestWeb } from '../support/web.js';

/** Addresses of one site. */
const siteAt =
  (name: string) =>
  (path: string): string =>
    `http://${name}.example${path}`;
const WARRANTY = 'The warranty of the Aurora lamp lasts 24 months from the day of purchase.';
const RETURNS = 'Lamps can be sent back within 30 days, if they are in their box.';

/** What became of each page of the last run, by address. */
type Report = Readonly<Record<string, string>>;

describeOnEachDatabase('a site as a source', (target) => {
  let web: TestWeb;
  let app: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    web = await createWeb();
    app = await createTestApp({ target, outbound: web.outbound });
    editor = await (await app.workspace()).as('editor');
  });
  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const addSite = async (more: Partial<CreateDatasourceDto>): Promise<DatasourceResponse> => {
    const body = { type: 'site' as const, ...more };
    const { body: source } = await editor.send('datasources.create', { body });
    await ended(editor, source.job.id);
    return (await editor.send('datasources.get', { datasourceId: source.id })).body;
  };
  const pagesOf = async (datasourceId: string): Promise<SyncRunPageResponse[]> => {
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId, limit: 1 });
    const runId = runs.data[0]?.id ?? '';
    return (await editor.send('datasources.listRunPages', { datasourceId, runId, limit: 200 })).body.data;
  };
  const reportOf = async (datasourceId: string): Promise<Report> =>
    Object.fromEntries(
      (await pagesOf(datasourceId)).map(({ url = '', outcome, reason }) => [
        new URL(url).pathname + new URL(url).search,
        reason ? `${outcome}: ${reason.code.replace('datasources.', '')}` : outcome,
      ]),
    );

  it('is crawled, changes, and is asked about', async () => {
    const at = siteAt('docs');
    web.set(
      at('/'),
      linkedPage('Lamps', 'All about our lamps.', ['/warranty', '/returns', '/care', '/flaky']),
    );
    web.set(at('/warranty'), linkedPage('Warranty', WARRANTY, ['/', '/returns#top']));
    web.set(at('/returns'), linkedPage('Returns', RETURNS));
    web.set(at('/care'), linkedPage('Care', 'Wipe the shade of a lamp with a dry cloth.'));
    web.set(at('/flaky'), (_request, response) => response.writeHead(500).end());
    web.set(at('/sitemap.xml'), `<urlset><url><loc>${at('/hidden')}</loc></url></urlset>`);
    web.set(at('/hidden'), linkedPage('Hidden', 'Only the sitemap knows that lamps glow at night.'));
    const bot = await createBot(editor);

    const first = await addSite({ startUrls: [at('/')], botIds: [bot.id], name: 'Lamp docs' });

    expect(first).toMatchObject({ type: 'site', status: 'ready', documentCount: 5, site: { maxPages: 200 } });
    expect(await reportOf(first.id)).toEqual({
      ...{ '/': 'added', '/warranty': 'added', '/returns': 'added', '/care': 'added', '/hidden': 'added' },
      '/flaky': 'failed: page_server_failing',
    });
    const conversation = await openConversation(editor, bot.id);
    const { body } = await ask(editor, conversation, 'How long does the warranty of the Aurora lamp last?');
    expect(body.answer.content).toContain('24 months');
    expect(body.answer.citations[0]).toMatchObject({ url: at('/warranty'), title: 'Warranty' });

    web.set(at('/warranty'), linkedPage('Warranty', WARRANTY.replace('24', '36')));
    web.set(at('/returns'), (_request, response) => response.writeHead(503).end());
    web.set(at('/flaky'), linkedPage('Flaky', 'This page is back.'));
    web.remove(at('/care'));
    web.set(at('/'), linkedPage('Lamps', 'All about our lamps.', ['/warranty', '/returns', '/flaky']));
    const second = await syncAgain(editor, first.id);

    expect(second).toMatchObject({ status: 'ready', documentCount: 6 });
    expect(await reportOf(first.id)).toEqual({
      ...{ '/': 'unchanged', '/warranty': 'changed', '/hidden': 'unchanged', '/flaky': 'added' },
      '/returns': 'failed: page_server_failing',
      '/care': 'gone: page_unconfirmed',
    });
    const again = await ask(editor, conversation, 'How long does the warranty of the Aurora lamp last?');
    expect(again.body.answer.content).toContain('36 months');
    const kept = await ask(editor, conversation, 'Within how many days can lamps be sent back in their box?');
    expect(kept.body.answer.citations[0]).toMatchObject({ url: at('/returns') });

    const third = await syncAgain(editor, first.id);

    expect(third.documentCount).toBe(5);
    expect(await reportOf(first.id)).toMatchObject({ '/care': 'gone: page_dropped', '/': 'unchanged' });
    await eventually(
      async () => (await editor.send('datasources.listDocuments', { datasourceId: first.id })).body.data,
      (documents) => documents.every(({ url }) => url !== at('/care')),
    );
  });

  it('asks again only for what has changed, and joins a sync that is under way', async () => {
    const at = siteAt('versions');
    const asked: (string | undefined)[] = [];
    web.set(at('/'), (request, response) => {
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === '"v1"') return response.writeHead(304).end();
      const page = linkedPage('Start', 'It begins here.', ['/next']);
      return response.writeHead(200, { 'content-type': 'text/html', etag: '"v1"' }).end(page);
    });
    web.set(at('/next'), linkedPage('Next', 'It goes on here.'));
    const source = await addSite({ startUrls: [at('/')] });

    await syncAgain(editor, source.id);

    expect(asked).toEqual([undefined, '"v1"']);
    expect(await reportOf(source.id)).toEqual({ '/': 'unchanged', '/next': 'unchanged' });
  });

  it('keeps to robots.txt, its pauses, and what pages ask', async () => {
    const at = siteAt('polite');
    const times: number[] = [];
    const timed =
      (title: string, links: readonly string[] = []): Parameters<TestWeb['set']>[1] =>
      (_request, response) => {
        times.push(performance.now());
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(linkedPage(title, `${title} says this.`, links));
      };
    web.set(at('/robots.txt'), (_request, response) =>
      response.end(`User-agent: *\nDisallow: /private\nCrawl-delay: 0.4\nSitemap: ${at('/map.xml')}`),
    );
    web.set(at('/map.xml'), `<urlset><url><loc>${at('/mapped')}</loc></url></urlset>`);
    web.set(at('/'), timed('Start', ['/private/a', '/noindex', '/header', '/nofollow']));
    web.set(at('/mapped'), timed('Mapped'));
    web.set(at('/private/a'), timed('Private'));
    web.set(
      at('/noindex'),
      linkedPage('No', 'Not for you.', ['/behind'], '<meta name="robots" content="noindex">'),
    );
    web.set(at('/behind'), timed('Behind'));
    web.set(at('/header'), (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', 'x-robots-tag': 'noindex' })
        .end(linkedPage('Header', 'Not for you.')),
    );
    web.set(
      at('/nofollow'),
      linkedPage('Lonely', 'I lead nowhere.', ['/unseen'], '<meta name="robots" content="nofollow">'),
    );

    const source = await addSite({ startUrls: [at('/')], perHostConcurrency: 4 });

    expect(await reportOf(source.id)).toEqual({
      ...{ '/': 'added', '/mapped': 'added', '/behind': 'added', '/nofollow': 'added' },
      '/private/a': 'skipped: page_disallowed',
      '/noindex': 'skipped: page_not_indexed',
      '/header': 'skipped: page_not_indexed',
    });
    expect(web.count(at('/private/a'))).toBe(0);
    expect(web.count(at('/robots.txt'))).toBe(1);
    expect(Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeGreaterThan(350);
  });

  it('waits as long as a server asks to be left alone, and loses nothing', async () => {
    const at = siteAt('busy');
    const refused = new Map<string, number>();
    const refusing =
      (title: string, status: number): Parameters<TestWeb['set']>[1] =>
      (request, response) => {
        const path = request.url ?? '';
        if (!refused.has(path)) {
          refused.set(path, performance.now());
          return response.writeHead(status, { 'retry-after': '1' }).end();
        }
        refused.set(path, performance.now() - (refused.get(path) ?? 0));
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(linkedPage(title, `${title} at last.`));
      };
    web.set(at('/'), linkedPage('Busy', 'A busy site.', ['/a', '/b']));
    web.set(at('/a'), refusing('A', 429));
    web.set(at('/b'), refusing('B', 503));

    const source = await addSite({ startUrls: [at('/')], perHostConcurrency: 1 });

    expect(await reportOf(source.id)).toEqual({ '/': 'added', '/a': 'added', '/b': 'added' });
    expect(Math.min(...refused.values())).toBeGreaterThan(950);
  });

  it('keeps one of the pages that say the same, and the one that others belong to', async () => {
    const at = siteAt('same');
    const canonical = (path: string): string => `<link rel="canonical" href="${path}">`;
    web.set(
      at('/'),
      linkedPage('Start', 'It begins.', ['/a', '/a?utm_source=x', '/copy', '/print', '/lost', '/c']),
    );
    web.set(at('/a'), linkedPage('A', 'The one and only.'));
    web.set(at('/copy'), linkedPage('A', 'The one and only.'));
    web.set(at('/print'), linkedPage('Print', 'As on paper.', [], canonical('/screen')));
    web.set(at('/screen'), linkedPage('Screen', 'As on a screen.'));
    web.set(at('/lost'), linkedPage('Lost', 'Where I belong, nothing is.', [], canonical('/nothing')));
    web.set(at('/c'), linkedPage('C', 'My template is wrong.', [], canonical('/')));

    const source = await addSite({ startUrls: [at('/')] });

    const report = await reportOf(source.id);
    expect([report['/a'], report['/copy']].toSorted()).toEqual(['added', 'duplicate: page_duplicate']);
    expect(report).toMatchObject({
      ...{ '/screen': 'added', '/lost': 'added', '/c': 'added' },
      '/print': 'duplicate: page_canonical',
      '/nothing': 'failed: page_not_found',
    });
    expect(Object.keys(report)).not.toContain('/a?utm_source=x');
    expect(source.documentCount).toBe(5);
  });

  it('follows redirects within the site only', async () => {
    const at = siteAt('moves');
    const to =
      (location: string): Parameters<TestWeb['set']>[1] =>
      (_request, response) =>
        response.writeHead(302, { location }).end();
    web.set(
      at('/docs/'),
      linkedPage('Docs', 'Redirects all over.', ['old', 'away', 'inside', 'round', 'up', 'self']),
    );
    web.set(at('/docs/old'), to('/docs/new'));
    web.set(at('/docs/new'), linkedPage('New', 'The page has moved here.'));
    web.set(at('/docs/away'), to('http://elsewhere.example/page'));
    web.set('http://elsewhere.example/page', linkedPage('Elsewhere', 'Not of this site.'));
    web.set(at('/docs/inside'), to('http://169.254.169.254/latest/meta-data'));
    web.set(at('/docs/round'), to('/docs/and-round'));
    web.set(at('/docs/and-round'), to('/docs/round'));
    web.set(at('/docs/up'), to('/blog'));
    web.set(at('/docs/self'), to('/docs/self'));

    const source = await addSite({ startUrls: [at('/docs/')] });

    expect(await reportOf(source.id)).toEqual({
      ...{ '/docs/': 'added', '/docs/new': 'added', '/docs/old': 'skipped: page_redirected' },
      ...{ '/docs/away': 'skipped: page_out_of_scope', '/docs/inside': 'skipped: page_out_of_scope' },
      ...{ '/docs/round': 'skipped: page_redirected', '/docs/and-round': 'skipped: page_redirected' },
      ...{ '/docs/up': 'skipped: page_out_of_scope', '/docs/self': 'skipped: page_redirected' },
    });
    expect(web.internet.reached).not.toContain('169.254.169.254');
    expect(web.count('http://elsewhere.example/page')).toBe(0);
  });

  it('says which pages need a browser, and which are none', async () => {
    const at = siteAt('kinds');
    web.set(at('/'), linkedPage('Kinds', 'Pages of several kinds.', ['/app', '/file.pdf', '/login']));
    web.set(at('/app'), '<html><body><div id="root"></div><script src="/app.js"></script></body></html>');
    web.set(at('/file.pdf'), (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.7'),
    );
    web.set(at('/login'), (_request, response) => response.writeHead(403).end());

    const source = await addSite({ startUrls: [at('/')] });

    const pages = await pagesOf(source.id);
    expect(await reportOf(source.id)).toEqual({
      ...{ '/': 'added', '/app': 'skipped: page_needs_browser', '/file.pdf': 'skipped: page_not_html' },
      '/login': 'failed: page_login_wall',
    });
    expect(pages.find(({ url }) => url === at('/app'))?.reason?.message).toMatch(/needs a browser/);
    const [run] = (await editor.send('datasources.listRuns', { datasourceId: source.id })).body.data;
    expect(run).toMatchObject({ needsBrowser: 1, skipped: 2, failed: 1, added: 1 });
    expect(run?.bytes).toBe(pages.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0));
    expect(run?.durationMs).toBeGreaterThan(0);
    expect(pages.find(({ url }) => url === at('/login'))?.httpStatus).toBe(403);
  });

  it('changes nothing when the site is wholly away', async () => {
    const at = siteAt('away');
    web.set(at('/'), linkedPage('Away', 'The answer is forty-two.', ['/more']));
    web.set(at('/more'), linkedPage('More', 'And there is more.'));
    const source = await addSite({ startUrls: [at('/')] });

    web.remove(at('/'));
    web.remove(at('/more'));
    await syncAgain(editor, source.id);
    const twice = await syncAgain(editor, source.id);

    expect(twice).toMatchObject({ status: 'stale', documentCount: 2 });
    expect(twice.lastError?.code).toBe('datasources.site_away');
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId: source.id });
    expect(runs.data.map(({ state }) => state)).toEqual(['failed', 'failed', 'succeeded']);
  });

  it('goes by new settings at once, and drops what they leave out', async () => {
    const at = siteAt('settings');
    web.set(at('/'), linkedPage('Start', 'It begins.', ['/blog/a', '/docs/a']));
    web.set(at('/blog/a'), linkedPage('Blog', 'Yesterday something happened.'));
    web.set(at('/docs/a'), linkedPage('Docs', 'How it is done.', ['/docs/b']));
    web.set(at('/docs/b'), linkedPage('More docs', 'How it is also done.'));
    const source = await addSite({ startUrls: [at('/')], maxDepth: 1 });
    expect(await reportOf(source.id)).toMatchObject({ '/docs/b': 'skipped: page_too_deep' });

    await editor.send('datasources.update', {
      datasourceId: source.id,
      body: { exclude: ['/blog/**'], maxDepth: 5 },
    });
    await eventually(
      async () => (await editor.send('datasources.listRuns', { datasourceId: source.id })).body.data,
      ([last]) => last?.state === 'succeeded' && last.gone === 1,
    );

    expect(await reportOf(source.id)).toEqual({
      ...{ '/': 'unchanged', '/docs/a': 'unchanged', '/docs/b': 'added' },
      '/blog/a': 'gone: page_excluded',
    });
  });

  it('ends with the pages that it may have', async () => {
    const at = siteAt('endless');
    web.set(at('/*'), (request, response) => {
      const number = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
      const links = [1, 2, 3].map((step) => `/page-${String(number * 3 + step)}`);
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          linkedPage(`Page ${String(number)}`, `This is number ${String(number)} of endlessly many.`, links),
        );
    });

    const source = await addSite({ startUrls: [at('/')], maxPages: 30 });

    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId: source.id });
    expect(source).toMatchObject({ status: 'ready', documentCount: 30 });
    expect(runs.data[0]?.pages.length).toBeLessThanOrEqual(20);
    expect(runs.data[0]).toMatchObject({ added: 30, failed: 0 });
    const limited = (await pagesOf(source.id)).filter(
      ({ reason }) => reason?.code === 'datasources.page_limit',
    );
    expect(limited.length).toBeGreaterThan(20);
  });

  it('reports the traps of a site and walks into none of them for long', async () => {
    const at = siteAt('traps');
    const calendar = '/events?month=1&year=2020';
    web.set(
      at('/'),
      linkedPage('Traps', 'Mind your step.', [calendar, 'deeper/', '/a?PHPSESSID=1', '/a?PHPSESSID=2']),
    );
    web.set(at('/*'), (request, response) => {
      const url = new URL(request.url ?? '/', at('/'));
      const year = Number(url.searchParams.get('year') ?? 2020) + 1;
      const links = url.pathname === '/events' ? [`/events?month=1&year=${String(year)}`] : ['deeper/'];
      const body = linkedPage(url.href, `Here is ${url.pathname} ${String(year)}.`, links);
      response
        .writeHead(url.pathname === '/robots.txt' ? 404 : 200, { 'content-type': 'text/html' })
        .end(body);
    });

    const source = await addSite({ startUrls: [at('/')], maxPages: 100 });

    const report = await reportOf(source.id);
    expect(report['/deeper/deeper/deeper/']).toBe('added');
    expect(report['/deeper/deeper/deeper/deeper/']).toBe('skipped: page_trap');
    expect(report['/a']).toBe('added');
    expect(Object.values(report).filter((outcome) => outcome === 'added').length).toBeLessThan(20);
    expect(
      Object.entries(report).some(
        ([path, said]) => path.startsWith('/events') && said === 'skipped: page_trap',
      ),
    ).toBe(true);
  });

  it('takes from sitemaps what is its own, however they are made', async () => {
    const at = siteAt('maps');
    const sitemap = (...urls: readonly string[]): string =>
      `<urlset>${urls.map((url) => `<url><loc>${url}</loc></url>`).join('')}</urlset>`;
    web.set(at('/'), linkedPage('Maps', 'All is in the sitemaps.'));
    web.set(
      at('/sitemap.xml'),
      `<sitemapindex>${[
        at('/sitemap.xml'),
        at('/good.xml'),
        at('/broken.xml'),
        at('/bomb.xml'),
        at('/moved.xml'),
        'http://127.0.0.1:6379/map.xml',
        'http://other.example/map.xml',
        'http://169.254.169.254/map.xml',
      ]
        .map((url) => `<sitemap><loc>${url}</loc></sitemap>`)
        .join('')}</sitemapindex>`,
    );
    web.set(
      at('/good.xml'),
      sitemap(at('/good'), 'http://other.example/page', 'http://10.0.0.1/admin', 'file:///etc/passwd'),
    );
    web.set(at('/good'), linkedPage('Good', 'From the sitemap.'));
    web.set(at('/broken.xml'), `<urlset><url><loc>${at('/also-good')}</loc></url><url><loc>http`);
    web.set(at('/also-good'), linkedPage('Also good', 'From the broken sitemap.'));
    web.set(
      at('/bomb.xml'),
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><urlset><url><loc>${at('/')}&b;</loc></url></urlset>`,
    );
    web.set(at('/moved.xml'), (_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );

    const source = await addSite({ startUrls: [at('/')] });

    const report = await reportOf(source.id);
    expect(report).toMatchObject({ '/': 'added', '/good': 'added', '/also-good': 'added' });
    expect(source.documentCount).toBe(3);
    expect(web.requests.filter((url) => url.startsWith('http://other.example'))).toEqual([]);
    expect(web.internet.reached.filter((address) => /^(127|10|169)/.test(address))).toEqual([]);
  });

  it('is not led to addresses within by the links of a page, nor held up by a hundred thousand of them', async () => {
    const at = siteAt('links');
    const within = [
      'http://127.0.0.1:5432/',
      'http://[::1]/',
      'http://169.254.169.254/',
      'http://localhost/admin',
      'http://2130706433/',
    ];
    const links = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => `/p${String(index)}`);
    web.set(at('/'), linkedPage('Links', 'Very many links.', ['/many', '/several', ...within]));
    web.set(at('/many'), linkedPage('Many', 'A hundred thousand links.', links(100_000)));
    web.set(at('/several'), linkedPage('Several', 'Three thousand links.', links(3_000)));

    const source = await addSite({ startUrls: [at('/')], maxPages: 20 });

    expect(source.status).toBe('ready');
    expect(web.internet.reached.filter((address) => !address.startsWith('93.'))).toEqual([]);
    expect(await reportOf(source.id)).toMatchObject({
      // A hundred thousand links take about as long as a page may: it depends on the machine.
      '/many': expect.stringMatching(/^(?:added|failed: page_too_complex)$/),
      '/several': 'added',
    });
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId: source.id });
    expect(runs.data[0]).toMatchObject({ added: source.documentCount, skipped: 1_000 });
    expect(runs.data[0]?.failed).toBe(20 - source.documentCount);
  });

  it('reads a single page anew', async () => {
    const at = siteAt('single');
    web.set(at('/'), linkedPage('Start', 'It begins.', ['/page', '/other']));
    web.set(at('/page'), linkedPage('Page', 'The first edition.'));
    web.set(at('/other'), linkedPage('Other', 'Something else.'));
    const source = await addSite({ startUrls: [at('/')] });
    const { body: documents } = await editor.send('datasources.listDocuments', { datasourceId: source.id });
    const documentId = documents.data.find(({ url }) => url === at('/page'))?.id ?? '';
    const syncPage = async () => {
      const { body } = await editor.send('datasources.syncDocument', { datasourceId: source.id, documentId });
      return ended(editor, body.job.id);
    };

    web.set(at('/page'), linkedPage('Page', 'The second edition.', ['/new']));
    const changed = await syncPage();
    web.remove(at('/page'));
    const gone = await syncPage();
    const goneAgain = await syncPage();

    expect([changed, gone, goneAgain].map(({ result }) => result)).toEqual([
      { outcome: 'changed' },
      { outcome: 'gone' },
      { outcome: 'gone' },
    ]);
    expect(web.count(at('/other'))).toBe(1);
    expect(web.count(at('/new'))).toBe(0);
    const { body: left } = await editor.send('datasources.get', { datasourceId: source.id });
    expect(left).toMatchObject({ status: 'ready', documentCount: 2 });
  });

  it('ends when it is cancelled between two turns, keeps what it has, and can be begun anew', async () => {
    const at = siteAt('cancelled');
    web.set(at('/'), linkedPage('Start', 'It begins.', ['/later']));
    web.set(at('/later'), (_request, response) => response.writeHead(429, { 'retry-after': '3000' }).end());
    const { body: source } = await editor.send('datasources.create', {
      body: { type: 'site', startUrls: [at('/')] },
    });
    await eventually(
      async () => (await editor.send('jobs.get', { jobId: source.job.id })).body,
      ({ state, counts }) => state === 'queued' && counts?.done === 1,
    );

    await editor.send('jobs.cancel', { jobId: source.job.id });

    expect(await ended(editor, source.job.id)).toMatchObject({ state: 'cancelled' });
    const { body: left } = await editor.send('datasources.get', { datasourceId: source.id });
    expect(left).toMatchObject({
      status: 'stale',
      documentCount: 1,
      lastError: { code: 'datasources.sync_cancelled' },
    });
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId: source.id });
    expect(runs.data.map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('shows how far it is while it goes on', async () => {
    const at = siteAt('watched');
    web.set(
      at('/'),
      linkedPage(
        'Start',
        'It begins.',
        Array.from({ length: 60 }, (_, index) => `/p${String(index)}`),
      ),
    );
    web.set(at('/*'), (request, response) => {
      setTimeout(() => {
        const text = `Page ${request.url ?? ''} has this to say.`;
        response.writeHead(200, { 'content-type': 'text/html' }).end(linkedPage(request.url ?? '', text));
      }, 60);
    });

    const { body: source } = await editor.send('datasources.create', {
      body: { type: 'site', startUrls: [at('/')] },
    });
    const seen = await eventually(
      async () => (await editor.send('jobs.get', { jobId: source.job.id })).body,
      ({ counts }) => (counts?.done ?? 0) > 20,
    );

    expect(seen).toMatchObject({ stage: 'reading', counts: { known: 61, unit: 'pages' } });
    expect(Date.parse(seen.estimatedEndAt ?? '')).toBeGreaterThan(Date.parse(seen.progressedAt ?? ''));
    expect(seen.counts?.perSecond).toBeGreaterThan(0);
    expect(seen.progress).toBeLessThan(1);
    expect(await ended(editor, source.job.id)).toMatchObject({ state: 'succeeded', result: { added: 61 } });
  });

  it('does not let what stands on every page crowd out the answers', async () => {
    const at = siteAt('footers');
    const paragraph =
      'Our support desk answers the telephone on working days and knows everything about lamps. '.repeat(12);
    const pages = Array.from({ length: 12 }, (_, index) => `/p${String(index)}`);
    web.set(at('/'), linkedPage('Start', 'It begins.', pages));
    pages.forEach((path, index) => {
      web.set(
        at(path),
        `<html lang="en"><head><title>Page ${String(index)}</title></head><body><main><h1>Page ${String(index)}</h1>
          <p>${`Model ${String(index)} needs a bulb of ${String(index + 3)} watts. `.repeat(8)}</p>
          <h2>Support</h2><p>${paragraph}</p></main></body></html>`,
      );
    });
    const bot = await createBot(editor);
    await addSite({ startUrls: [at('/')], botIds: [bot.id] });

    const { body } = await editor.send('bots.search', {
      botId: bot.id,
      body: { query: 'When does the support desk answer the telephone?', topK: 20 },
    });

    const desks = body.data.filter(({ text }) => text.includes('support desk'));
    expect(desks).toHaveLength(1);
  });

  it('lists the pages of a run by outcome, page by page', async () => {
    const at = siteAt('listed');
    web.set(at('/'), linkedPage('Start', 'It begins.', ['/a', '/b', '/missing']));
    web.set(at('/a'), linkedPage('A', 'This is a.'));
    web.set(at('/b'), linkedPage('B', 'This is b.'));
    const { id: datasourceId } = await addSite({ startUrls: [at('/')] });
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId });
    const runId = runs.data[0]?.id ?? '';
    const list = async (more: { cursor?: string; outcome?: SyncRunPageResponse['outcome'] }) =>
      (await editor.send('datasources.listRunPages', { datasourceId, runId, limit: 2, ...more })).body;

    const first = await list({ outcome: 'added' });
    const second = await list({ outcome: 'added', cursor: first.nextCursor ?? '' });

    expect([...first.data, ...second.data].map(({ url }) => url)).toEqual([at('/'), at('/a'), at('/b')]);
    expect(second.nextCursor).toBeNull();
    expect((await list({ outcome: 'failed' })).data).toMatchObject([
      { url: at('/missing'), httpStatus: 404 },
    ]);
    const stranger = await (await app.workspace()).as('owner');
    const foreign = await stranger.call('GET', `/v1/datasources/${datasourceId}/runs/${runId}/pages`);
    expect(foreign.status).toBe(404);
  });

  it.each([
    ['no start page', { type: 'site' }, 'startUrls'],
    ['an empty list of start pages', { type: 'site', startUrls: [] }, 'startUrls'],
    [
      'a field of another type',
      { type: 'site', startUrls: ['http://docs.example/'], url: 'http://docs.example/' },
      'url',
    ],
    [
      'a start page that is none',
      { type: 'url', url: 'http://docs.example/', startUrls: ['http://docs.example/'] },
      'startUrls',
    ],
    ['too many pages', { type: 'site', startUrls: ['http://docs.example/'], maxPages: 20_001 }, 'maxPages'],
    [
      'a pattern that is too long',
      { type: 'site', startUrls: ['http://docs.example/'], include: ['*'.repeat(121)] },
      'include',
    ],
  ])('refuses %s', async (_what, body, path) => {
    const { status, body: problem } = await editor.call<{ errors?: { path: string }[] }>(
      'POST',
      '/v1/datasources',
      body,
    );

    expect(status).toBe(422);
    expect(problem.errors?.map((error) => error.path.split('.')[0])).toContain(path);
  });

  it.each([
    'http://127.0.0.1/',
    'http://169.254.169.254/latest/',
    'ftp://docs.example/',
    'http://user:secret@docs.example/',
  ])('refuses %s as a start page', async (url) => {
    const answer = await editor.call('POST', '/v1/datasources', { type: 'site', startUrls: [url] });

    expect(answer.status).toBe(422);
  });
});
