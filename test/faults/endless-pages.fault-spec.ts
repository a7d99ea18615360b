import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient, type OutboundRequest, type OutboundResponse } from '#common/http';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage, createBot, type SourceView, syncAgain } from '../support/journey.js';
import type { Listener } from '../support/outbound/loopback-server.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

/** As the product's own, in a hurry. */
class HastyClient extends OutboundClient {
  override fetch(request: OutboundRequest): Promise<OutboundResponse> {
    return super.fetch({ ...request, timeoutMs: 400 });
  }
}

const MEGABYTE = 1_000_000;
const HTML = { 'content-type': 'text/html; charset=utf-8' };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that somebody holds on to, once garbage has been collected. */
function inUse({ heapUsed, external }: NodeJS.MemoryUsage): number {
  return heapUsed + external;
}

/** Writes pieces as fast as they are taken, until so many bytes are out or nobody listens; counts them. */
class Flood {
  bytes = 0;

  constructor(
    private readonly piece: Buffer,
    private readonly limit = Infinity,
  ) {}

  readonly listener: Listener = async (_request, response) => {
    response.on('error', () => undefined).writeHead(200, HTML);
    while (this.bytes < this.limit && !response.destroyed) {
      this.bytes += this.piece.length;
      if (!response.write(this.piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  };
}

/** Of so many megabytes when it is unpacked. */
async function bombOf(megabytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 9 });
  const chunks: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  const zeros = Buffer.alloc(MEGABYTE, ' ');
  for (let written = 0; written < megabytes; written += 1) {
    if (!gzip.write(zeros)) await once(gzip, 'drain');
  }
  gzip.end();
  await once(gzip, 'end');
  return Buffer.concat(chunks);
}

describe('a page without an end', () => {
  let site: TestSite;
  let outbound: HastyClient;
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    site = await createSite();
    outbound = new HastyClient({ allow: [site.host] });
    testApp = await createTestApp({ outbound });
    editor = await (await testApp.workspace()).as('editor');
    // What reads pages is loaded with the first.
    await read(new Flood(Buffer.alloc(65_536, 'a')).listener);
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  /** Reads the page and says how far memory grew meanwhile, and how much of it is kept. */
  async function read(
    page: Listener,
  ): Promise<{ source: SourceView; grownBytes: number; keptBytes: number }> {
    site.set('/page', page);
    collectGarbage();
    const before = process.memoryUsage();
    const source = await addPage(editor, site.url('/page'));
    const grownBytes = process.memoryUsage().rss - before.rss;
    collectGarbage();
    return { source, grownBytes, keptBytes: inUse(process.memoryUsage()) - inUse(before) };
  }

  it.each([
    ['of lines', Buffer.from(`<p>${'word '.repeat(200)}</p>\n`.repeat(50))],
    ['of one line', Buffer.alloc(65_536, 'a')],
    ['of opened elements', Buffer.from('<div>'.repeat(10_000))],
    ['of blanks', Buffer.alloc(65_536, ' ')],
  ])('%s is given up at ten megabytes', async (_, piece) => {
    const flood = new Flood(piece);

    const { source, keptBytes } = await read(flood.listener);

    // The flood is made in this process, too: what it leaves behind before it is collected says nothing.
    expect(source).toMatchObject({ status: 'failed', lastError: { code: 'outbound.too_large' } });
    expect(flood.bytes).toBeLessThan(40 * MEGABYTE);
    expect(keptBytes).toBeLessThan(40 * MEGABYTE);
  });

  it('but for its 50 megabytes, in one line, is given up at ten', async () => {
    const flood = new Flood(Buffer.alloc(MEGABYTE, 'a'), 50 * MEGABYTE);

    const { source } = await read(flood.listener);

    expect(source).toMatchObject({ status: 'failed', lastError: { code: 'outbound.too_large' } });
    expect(flood.bytes).toBeLessThan(40 * MEGABYTE);
  });

  it('that drips is given up after a while, three times', async () => {
    let drips = 0;
    const { source } = await read((_request, response) => {
      response.on('error', () => undefined).writeHead(200, HTML);
      const drip = setInterval(() => {
        drips += 1;
        response.write('<p>one more</p>');
      }, 20);
      response.on('close', () => clearInterval(drip));
    });
    const { body: runs } = await editor.get<{ data: object[] }>(`/v1/datasources/${source.id}/runs`);

    expect(source).toMatchObject({ status: 'failed', lastError: { code: 'outbound.timeout' } });
    expect(runs.data).toHaveLength(3);
    expect(drips).toBeGreaterThan(10);
  });

  it.each([
    ['once', (bomb: Buffer) => bomb, 'gzip'],
    ['twice', (bomb: Buffer) => gzipSync(bomb), 'gzip, gzip'],
  ])('packed %s into a few kilobytes is not unpacked', async (_, pack, encoding) => {
    const bomb = pack(await bombOf(500));
    const begunAt = performance.now();

    const { source, grownBytes } = await read((_request, response) =>
      response.writeHead(200, { ...HTML, 'content-encoding': encoding }).end(bomb),
    );

    expect(bomb.length).toBeLessThan(MEGABYTE);
    expect(source).toMatchObject({ status: 'failed', lastError: { code: 'outbound.too_large' } });
    expect(performance.now() - begunAt).toBeLessThan(5_000);
    expect(grownBytes).toBeLessThan(80 * MEGABYTE);
  });

  it.each([
    ['to itself', (path: string) => path],
    ['to and fro', (path: string) => (path === '/page' ? '/other' : '/page')],
    ['ever further', (path: string) => `${path}x`],
    ['to itself with more of a query', (path: string) => `${path}?${path}`],
  ])('that leads on and on (%s) is followed five times', async (_, next) => {
    const asked = site.requests.length;
    for (const path of ['/page', '/other', '/pagex', '/pagexx', '/pagexxx', '/pagexxxx', '/pagexxxxx'])
      site.set(path, (_request, response) => response.writeHead(302, { location: next(path) }).end());

    const source = await addPage(editor, site.url('/page'));

    expect(source).toMatchObject({ status: 'failed', lastError: { code: 'outbound.too_many_redirects' } });
    expect(site.requests.length - asked).toBe(6);
  });

  it('takes the place of no good one', async () => {
    const bot = await createBot(editor);
    site.set('/page', articlePage('Garden', 'The garden of the museum opens at nine and closes at five.'));
    const { id } = await addPage(editor, site.url('/page'), [bot.id]);
    site.set('/page', new Flood(Buffer.alloc(65_536, 'a')).listener);

    const stale = await syncAgain(editor, id);
    const found = await editor.post<{ data: object[] }>(`/v1/bots/${bot.id}/search`, {
      query: 'When does the garden open?',
    });

    expect(stale).toMatchObject({
      status: 'stale',
      documentCount: 1,
      lastError: { code: 'outbound.too_large' },
    });
    expect(found.body.data).toHaveLength(1);
    expect((await testApp.anonymous.get('/health/ready')).status).toBe(200);
  });
});
