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

const SITE = 'http://docs.example';
const at = (path: string): string => `${SITE}${path}`;
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

  const addSite = async (more: Partial<CreateDatasourceDto> = {}): Promise<DatasourceResponse> => {
    const body = { type: 'site' as const, startUrls: [at('/')], ...more };
    const { body: source } = await editor.send('datasources.create', { body });
    await ended(editor, source.job.id);
    return (await editor.send('datasources.get', { datasourceId: source.id })).body;
  };
  const pagesOf = async (datasourceId: string): Promise<SyncRunPageResponse[]> => {
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId, query: { limit: 1 } });
    const runId = runs.data[0]?.id ?? '';
    return (await editor.send('datasources.listRunPages', { datasourceId, runId, query: { limit: 200 } }))
      .body.data;
  };
  const reportOf = async (datasourceId: string): Promise<Report> =>
    Object.fromEntries(
      (await pagesOf(datasourceId)).map(({ url = '', outcome, reason }) => [
        url.replace(SITE, ''),
        reason ? `${outcome}: ${reason.code.replace('datasources.', '')}` : outcome,
      ]),
    );

  it('is crawled, changes, and is asked about', async () => {
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

    const first = await addSite({ botIds: [bot.id], name: 'Lamp docs' });

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
      '/care': 'gone: page_not_found',
    });
    const again = await ask(editor, conversation, 'How long does the warranty of the Aurora lamp last?');
    expect(again.body.answer.content).toContain('36 months');
    const kept = await ask(editor, conversation, 'Within how many days can lamps be sent back in their box?');
    expect(kept.body.answer.citations[0]).toMatchObject({ url: at('/returns') });

    const third = await syncAgain(editor, first.id);

    expect(third.documentCount).toBe(5);
    expect(await reportOf(first.id)).toMatchObject({ '/care': 'gone: page_not_found', '/': 'unchanged' });
    await eventually(
      async () => (await editor.send('datasources.listDocuments', { datasourceId: first.id })).body.data,
      (documents) => documents.every(({ url }) => url !== at('/care')),
    );
  });
});
