import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { browserPath } from '../support/browser.js';
import { ask, createBot, ended, openConversation, syncAgain } from '../support/journey.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { createWeb, linkedPage, type TestWeb } from '../support/web.js';

const chromium = browserPath();
const ORIGIN = 'http://spa.example';
const SHELL = `<!doctype html><html><head><title>Lamp shop</title></head><body><div id="root"></div>
  <noscript>You need to enable JavaScript to run this app.</noscript><script src="/app.js"></script></body></html>`;
const APP = `
  const root = document.querySelector('#root');
  fetch('/api' + location.pathname + '.json').then((answer) => answer.json()).then(({ title, text, links }) => {
    document.title = title;
    root.innerHTML = '<main><h1>' + title + '</h1><p>' + text + '</p></main><nav>' +
      links.map((link) => '<a href="' + link + '">' + link + '</a>').join(' ') + '</nav>';
  });`;

function suite(): void {
  let web: TestWeb;
  let app: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    web = await createWeb();
    app = await createTestApp({
      outbound: web.outbound,
      env: { CHROMIUM_PATH: chromium, CHROMIUM_SANDBOX: 'false' },
    });
    editor = await (await app.workspace()).as('editor');
    web.set(`${ORIGIN}/app.js`, (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(APP),
    );
    for (const path of ['/home', '/warranty'])
      web.set(`${ORIGIN}${path}`, (request, response) => {
        const isKnown = request.headers['if-none-match'] === '"shell"';
        response.writeHead(isKnown ? 304 : 200, { 'content-type': 'text/html', etag: '"shell"' });
        response.end(isKnown ? undefined : SHELL);
      });
    say('/home', 'Lamps', 'The Aurora lamp costs 89 euros and is made of glass.', ['/warranty', '/plain']);
    say('/warranty', 'Warranty', 'The warranty of the Aurora lamp lasts 24 months.', []);
    web.set(`${ORIGIN}/plain`, linkedPage('Plain', 'This page says all without any script of its own.'));
  });
  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const say = (path: string, title: string, text: string, links: readonly string[]): void => {
    web.set(`${ORIGIN}/api${path}.json`, (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ title, text, links })),
    );
  };
  const lastRun = async (datasourceId: string) =>
    (await editor.send('datasources.listRuns', { datasourceId })).body.data[0];

  it('is rendered, changes behind an unchanged shell, and is asked about', async () => {
    const bot = await createBot(editor);
    const { body: source } = await editor.send('datasources.create', {
      body: { type: 'site', startUrls: [`${ORIGIN}/home`], render: 'auto', botIds: [bot.id] },
    });
    await ended(editor, source.job.id);

    expect(source.render).toBe('auto');
    expect(await lastRun(source.id)).toMatchObject({ added: 3, failed: 0, needsBrowser: 0 });
    say('/warranty', 'Warranty', 'The warranty of the Aurora lamp lasts 36 months.', []);
    await syncAgain(editor, source.id);

    expect(await lastRun(source.id)).toMatchObject({ changed: 1, unchanged: 2 });
    const conversation = await openConversation(editor, bot.id);
    const { body } = await ask(editor, conversation, 'How long does the warranty of the Aurora lamp last?');
    expect(body.answer.content).toContain('36 months');
  });

  it('is not rendered unless the source says so, and can be told to later', async () => {
    const { body: source } = await editor.send('datasources.create', {
      body: { type: 'url', url: `${ORIGIN}/home` },
    });
    const unread = await ended(editor, source.job.id);

    expect(source.render).toBe('never');
    expect(unread).toMatchObject({ state: 'failed', error: { code: 'datasources.page_needs_browser' } });
    expect(await lastRun(source.id)).toMatchObject({ failed: 1, needsBrowser: 1 });
    const { body: changed } = await editor.send('datasources.update', {
      datasourceId: source.id,
      body: { render: 'always' },
    });
    const run = await lastRun(source.id);
    await ended(editor, run?.jobId ?? '');

    expect(changed.render).toBe('always');
    await syncAgain(editor, source.id);
    expect(await lastRun(source.id)).toMatchObject({ needsBrowser: 0, unchanged: 1 });
  });

  it('is nothing that a text can be', async () => {
    const refused = editor.send('datasources.create', {
      body: { type: 'text', content: 'A text.', render: 'auto' },
    });

    await expect(refused).rejects.toMatchObject({ status: 422, problem: { errors: [{ path: 'render' }] } });
  });
}

if (chromium === undefined)
  skipLoudly('a site that needs a browser', 'Chromium, or TEST_BROWSER', 'scripts/browser.sh');
else describe('a site that needs a browser', suite);
