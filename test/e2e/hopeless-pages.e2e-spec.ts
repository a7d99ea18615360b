import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage } from '../support/journey.js';
import { LoopbackServer } from '../support/outbound/loopback-server.js';
import { createSite, type SitePage, type TestSite } from '../support/site.js';

interface Hopeless {
  readonly name: string;
  readonly page: SitePage;
  readonly code: string;
  readonly words?: RegExp;
}

const answering =
  (status: number, headers: Record<string, string> = {}, body: string | Uint8Array = ''): SitePage =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);
const html = (body: string): SitePage => answering(200, { 'content-type': 'text/html' }, body);

const APP_SHELL =
  '<html><head><title>App</title><script type="module" src="/app.js"></script></head><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>';
const LOGIN_FORM =
  '<html><head><title>Sign in</title></head><body><form><label>User <input name="user"></label><label>Password <input type="password" name="password"></label><button>Sign in</button></form></body></html>';

const HOPELESS: readonly Hopeless[] = [
  {
    name: 'a page that is not there',
    page: answering(404),
    code: 'datasources.page_not_found',
    words: /404/,
  },
  { name: 'a page that is gone', page: answering(410), code: 'datasources.page_not_found', words: /410/ },
  { name: 'a page behind a login', page: answering(401), code: 'datasources.page_login_wall', words: /401/ },
  { name: 'a forbidden page', page: answering(403), code: 'datasources.page_login_wall', words: /403/ },
  { name: 'a login form', page: html(LOGIN_FORM), code: 'datasources.page_login_wall', words: /login form/ },
  { name: 'a refused request', page: answering(418), code: 'datasources.page_status', words: /418/ },
  {
    name: 'a PDF',
    page: answering(200, { 'content-type': 'application/pdf' }, '%PDF-1.7\n%\u00e2\u00e3'),
    code: 'datasources.page_not_html',
    words: /application\/pdf/,
  },
  {
    name: 'an image',
    page: answering(200, { 'content-type': 'image/png' }, new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])),
    code: 'datasources.page_not_html',
    words: /image\/png/,
  },
  {
    name: 'an image that calls itself a page',
    page: answering(
      200,
      { 'content-type': 'text/html' },
      new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]),
    ),
    code: 'datasources.page_not_html',
  },
  { name: 'an empty page', page: html(''), code: 'datasources.page_empty', words: /no text/ },
  { name: 'a page of nothing', page: html('<html><body> </body></html>'), code: 'datasources.page_empty' },
  {
    name: 'a page that scripts fill',
    page: html(APP_SHELL),
    code: 'datasources.page_needs_browser',
    words: /needs a browser/,
  },
  {
    name: 'a page of more than ten megabytes',
    page: html(`<html><body><p>${'word '.repeat(2_100_000)}</p></body></html>`),
    code: 'outbound.too_large',
    words: /10000000 bytes/,
  },
  {
    name: 'a circle of redirects',
    page: answering(302, { location: '/page' }),
    code: 'outbound.too_many_redirects',
    words: /more than 5 times/,
  },
  {
    name: 'a redirect to another protocol',
    page: answering(302, { location: 'ftp://example.com/x' }),
    code: 'outbound.url_invalid',
  },
  { name: 'an empty answer', page: answering(204), code: 'datasources.page_empty' },
  {
    name: 'a page that is unchanged since never',
    page: answering(304),
    code: 'datasources.page_status',
    words: /304/,
  },
  {
    name: 'a page nested beyond reason',
    page: html('<div>'.repeat(500_000)),
    code: 'datasources.page_too_complex',
  },
];

const FAILING: readonly Hopeless[] = [
  { name: 'a broken server', page: answering(500), code: 'datasources.page_server_failing', words: /500/ },
  { name: 'a busy server', page: answering(429), code: 'datasources.page_server_failing', words: /429/ },
  {
    name: 'a server that hangs up',
    page: (request) => request.socket.destroy(),
    code: 'outbound.unreachable',
  },
  {
    name: 'a server that breaks off',
    page: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' });
      response.write('<p>half');
      setTimeout(() => response.destroy(), 20);
    },
    code: 'outbound.unreachable',
  },
  {
    name: 'a server that packs wrongly',
    page: answering(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, 'not gzip at all'),
    code: 'outbound.protocol_error',
  },
];

describe('hopeless pages', () => {
  let testApp: TestApp;
  let site: TestSite;
  let secure: LoopbackServer;
  let closedPort: number;
  let editor: TestMember;

  beforeAll(async () => {
    site = await createSite();
    secure = await LoopbackServer.https((_request, response) => response.end('secret'));
    closedPort = await unusedPort();
    testApp = await createTestApp({
      env: { OUTBOUND_ALLOW: [site.host, secure.host, `127.0.0.1:${closedPort}`].join(',') },
    });
    editor = await (await testApp.workspace()).as('editor');
  });

  afterAll(async () => {
    await testApp.close();
    await Promise.all([site.close(), secure.close()]);
  });

  async function expectFailure(url: string, code: string, words = /./, attempts = 1): Promise<void> {
    const source = await addPage(editor, url);
    const { body: job } = await editor.send('jobs.get', { jobId: source.job.id });
    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId: source.id });

    expect(source).toMatchObject({
      ...{ status: 'failed', documentCount: 0, chunkCount: 0 },
      lastError: { code, message: expect.stringMatching(words), at: expect.any(String) },
    });
    expect(job).toMatchObject({ state: 'failed', error: { code } });
    expect(runs.data).toHaveLength(attempts);
    expect(runs.data[0]).toMatchObject({
      state: 'failed',
      failed: 1,
      pages: [{ outcome: 'failed', reason: { code } }],
    });
  }

  it.each(HOPELESS)('$name fails with $code, without a second try', async ({ page, code, words }) => {
    site.set('/page', page);

    await expectFailure(site.url('/page'), code, words);
  });

  it.each(FAILING)('$name fails with $code, after three tries', async ({ page, code, words }) => {
    site.set('/page', page);

    await expectFailure(site.url('/page'), code, words, 3);
  });

  it('a certificate that nobody vouches for fails with outbound.tls_failed', async () => {
    await expectFailure(`https://${secure.host}/`, 'outbound.tls_failed', /secure connection/, 3);
  });

  it('a port that nobody listens on fails with outbound.unreachable', async () => {
    await expectFailure(
      `http://127.0.0.1:${closedPort}/`,
      'outbound.unreachable',
      /does not accept connections/,
      3,
    );
  });
});

/** A port that was free a moment ago. */
function unusedPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
