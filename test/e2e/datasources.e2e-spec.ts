import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeEmbeddingModel } from '../fakes/fake.embedding-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { ApiAnswer } from '../support/api-client.js';
import type {
  ChunkPage,
  ChunkResponse,
  DatasourceResponse,
  DocumentResponse,
  StartedSyncResponse,
  SyncRunResponse,
} from '../support/generated/api.js';
import {
  addPage,
  ask,
  createBot,
  ended,
  messagesOf,
  openConversation,
  syncAgain,
} from '../support/journey.js';
import { articlePage, createSite, type SitePage, type TestSite } from '../support/site.js';

/** A page whose sections are long enough to be passages of their own. */
function handbook(topics: Readonly<Record<string, string>>): string {
  const sections = Object.entries(topics).map(([topic, fact]) => {
    const prose = Array.from(
      { length: 12 },
      (_, line) =>
        `Rule ${line + 1} of ${topic} says what people who work with ${topic} have to keep in mind.`,
    );
    return `<h2>${topic}</h2><p>${fact}</p><p>${prose.join(' ')}</p>`;
  });
  return `<!doctype html><html lang="en"><head><title>Handbook</title></head><body><main><article>
    <h1>Handbook</h1>${sections.join('\n')}</article></main></body></html>`;
}

/** A page that is held back until it is let go. */
function heldPage(html: string): { readonly page: SitePage; readonly letGo: () => void } {
  const waiting: ServerResponse[] = [];
  let isFree = false;
  const send = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  };
  return {
    page: (_request, response) => {
      if (isFree) send(response);
      else waiting.push(response);
    },
    letGo: () => {
      isFree = true;
      waiting.splice(0).forEach(send);
    },
  };
}

const WARRANTY = 'The warranty lasts 24 months from the day of purchase.';
const FACTS = {
  Warranty: WARRANTY,
  Returns: 'Goods go back within 30 days.',
  Shipping: 'Parcels take two days.',
};

describe('sources', () => {
  const embedding = new FakeEmbeddingModel();
  let testApp: TestApp;
  let site: TestSite;
  let editor: TestMember;

  beforeAll(async () => {
    site = await createSite();
    testApp = await createTestApp({ env: { OUTBOUND_ALLOW: site.host }, embeddingModel: embedding });
  });

  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    site.requests.length = 0;
  });

  afterEach(() => {
    embedding.embedded.length = 0;
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const show = async (datasourceId: string): Promise<DatasourceResponse> =>
    (await editor.send('datasources.get', { datasourceId })).body;
  const runsOf = async (datasourceId: string): Promise<SyncRunResponse[]> =>
    (await editor.send('datasources.listRuns', { datasourceId })).body.data;
  const documentsOf = async (datasourceId: string): Promise<DocumentResponse[]> =>
    (await editor.send('datasources.listDocuments', { datasourceId })).body.data;
  const chunksOf = async (datasourceId: string): Promise<ChunkResponse[]> => {
    const [document] = await documentsOf(datasourceId);
    if (!document) return [];
    const place = { datasourceId, documentId: document.id };
    return (await editor.send('datasources.listChunks', { ...place, limit: 200 })).body.data;
  };
  const textOf = async (id: string): Promise<string> =>
    (await chunksOf(id)).map(({ text }) => text).join('\n');
  const hits = async (botId: string, query: string): Promise<number> =>
    (await editor.send('bots.search', { botId, body: { query } })).body.data.length;

  it('show what was read from a page, passage by passage', async () => {
    site.set('/handbook', handbook(FACTS));

    const source = await addPage(editor, site.url('/handbook'));

    const [document] = await documentsOf(source.id);
    const chunks = await chunksOf(source.id);
    expect(source).toMatchObject({
      ...{ type: 'url', url: site.url('/handbook'), status: 'ready', documentCount: 1 },
      ...{ chunkCount: chunks.length, lastSyncedAt: expect.any(String) },
    });
    expect(source.lastError).toBeUndefined();
    expect(document).toMatchObject({
      title: 'Handbook',
      url: source.url,
      language: 'en',
    });
    expect(document?.chunkCount).toBe(chunks.length);
    expect(chunks.map(({ position }) => position)).toEqual(chunks.map((_, index) => index));
    expect(chunks.some(({ headingPath }) => headingPath.includes('Returns'))).toBe(true);
    expect(await runsOf(source.id)).toMatchObject([
      {
        state: 'succeeded',
        added: 1,
        failed: 0,
        pages: [{ outcome: 'added', httpStatus: 200, reason: null }],
      },
    ]);
  });

  it('are listed by pages that hold each row once', async () => {
    site.set(
      '/handbook',
      handbook(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`Topic ${i}`, 'x']))),
    );
    const { id } = await addPage(editor, site.url('/handbook'));
    const all = await chunksOf(id);
    const [document] = await documentsOf(id);
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const place = { datasourceId: id, documentId: document?.id ?? '', limit: 3 };
      const page: ApiAnswer<ChunkPage> = await editor.send('datasources.listChunks', {
        ...place,
        ...(cursor ? { cursor } : {}),
      });
      const { body } = page;
      paged.push(...body.data.map((chunk) => chunk.id));
      cursor = body.nextCursor;
    }

    expect(all.length).toBeGreaterThan(3);
    expect(paged).toEqual(all.map((chunk) => chunk.id));
  });

  describe('that have not changed', () => {
    it('are not even sent again when the server knows their version', async () => {
      site.set('/etag', (request, response) => {
        const isKnown = request.headers['if-none-match'] === '"v1"';
        response.writeHead(isKnown ? 304 : 200, { etag: '"v1"', 'content-type': 'text/html' });
        response.end(isKnown ? undefined : handbook(FACTS));
      });
      const source = await addPage(editor, site.url('/etag'));
      embedding.embedded.length = 0;

      const again = await syncAgain(editor, source.id);

      expect(again).toMatchObject({ status: 'ready', chunkCount: source.chunkCount });
      expect(embedding.embedded).toEqual([]);
      expect((await runsOf(source.id))[0]).toMatchObject({
        unchanged: 1,
        pages: [{ outcome: 'unchanged', httpStatus: 304 }],
      });
    });

    it('are asked for by their date where there is no version', async () => {
      const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
      site.set('/dated', (request, response) => {
        const isKnown = request.headers['if-modified-since'] === date;
        response.writeHead(isKnown ? 304 : 200, { 'last-modified': date, 'content-type': 'text/html' });
        response.end(isKnown ? undefined : handbook(FACTS));
      });
      const source = await addPage(editor, site.url('/dated'));

      await syncAgain(editor, source.id);

      expect((await runsOf(source.id))[0]?.pages).toMatchObject([{ outcome: 'unchanged', httpStatus: 304 }]);
    });

    it('are known by what they say, whatever is around it', async () => {
      let visits = 0;
      site.set('/counter', (_request, response) => {
        visits += 1;
        const html = handbook(FACTS).replace('<main>', `<nav>${visits} visits</nav><!-- ${visits} --><main>`);
        response.writeHead(200, { 'content-type': 'text/html' }).end(html);
      });
      const source = await addPage(editor, site.url('/counter'));
      const before = await chunksOf(source.id);
      embedding.embedded.length = 0;

      await syncAgain(editor, source.id);

      expect(visits).toBe(2);
      expect(embedding.embedded).toEqual([]);
      expect(await chunksOf(source.id)).toEqual(before);
    });
  });

  it('that have changed embed what is new, and keep the rest', async () => {
    site.set('/changing', handbook(FACTS));
    const source = await addPage(editor, site.url('/changing'));
    const before = await chunksOf(source.id);
    embedding.embedded.length = 0;

    site.set('/changing', handbook({ ...FACTS, Shipping: 'Parcels take nine days since the flood.' }));
    const again = await syncAgain(editor, source.id);

    const after = await chunksOf(source.id);
    const kept = new Set(before.map(({ id }) => id));
    expect(again.status).toBe('ready');
    expect(embedding.embedded).toHaveLength(1);
    expect(embedding.embedded[0]).toContain('nine days since the flood');
    expect(after.filter(({ id }) => !kept.has(id)).map(({ text }) => text)).toEqual([
      expect.stringContaining('nine days'),
    ]);
    expect((await runsOf(source.id))[0]).toMatchObject({ changed: 1, pages: [{ outcome: 'changed' }] });
  });

  it('that cannot be read again keep their last good content', async () => {
    site.set('/shaky', articlePage('Shaky', WARRANTY));
    const { id: botId } = await createBot(editor);
    const source = await addPage(editor, site.url('/shaky'), [botId]);

    site.set('/shaky', (_request, response) => response.writeHead(404).end());
    const failed = await syncAgain(editor, source.id);
    const found = await hits(botId, 'warranty months');
    site.set('/shaky', articlePage('Shaky', WARRANTY));
    const healed = await syncAgain(editor, source.id);

    expect(failed).toMatchObject({
      status: 'stale',
      chunkCount: source.chunkCount,
      lastError: { code: 'datasources.page_not_found', message: 'The page does not exist (status 404).' },
    });
    expect(found).toBeGreaterThan(0);
    expect(healed.status).toBe('ready');
    expect(healed.lastError).toBeUndefined();
    expect((await runsOf(source.id))[1]).toMatchObject({
      state: 'failed',
      gone: 1,
      pages: [{ outcome: 'gone' }],
    });
  });

  it('answer from their bots at once when they name them', async () => {
    site.set('/attached', articlePage('Attached', WARRANTY));
    const bots = [await createBot(editor), await createBot(editor)];

    await addPage(
      editor,
      site.url('/attached'),
      bots.map(({ id }) => id),
    );

    expect(await Promise.all(bots.map(({ id }) => hits(id, 'warranty')))).toEqual([1, 1]);
  });

  it('do not hold what a page hides from its readers', async () => {
    const hidden = [
      '<p style="display:none">hidden-by-style</p>',
      '<p hidden>hidden-by-attribute</p>',
      '<p style="visibility: hidden">hidden-by-visibility</p>',
      '<p style="font-size:0">hidden-by-size</p>',
      '<p class="ghost">hidden-by-sheet</p>',
      '<!-- hidden-by-comment -->',
      '<script>const text = "hidden-by-script";</script>',
      '<template><p>hidden-by-template</p></template>',
      '<noscript>hidden-by-noscript</noscript>',
      '<img src="x.png" alt="" data-note="hidden-by-data">',
      '<meta name="description" content="hidden-by-meta">',
    ];
    const page = articlePage('Visible', WARRANTY, ...hidden).replace(
      '<head>',
      '<head><style>.ghost{display:none}</style>',
    );
    site.set('/hidden', page);

    const { id } = await addPage(editor, site.url('/hidden'));

    const text = await textOf(id);
    expect(text).toContain(WARRANTY);
    expect(text.match(/hidden-by-\w+/g) ?? []).toEqual([]);
  });

  it.each([
    [
      'ISO-8859-1, said by the server',
      'latin1-header.html',
      'text/html; charset=iso-8859-1',
      "L'entrée coûte 12 francs",
    ],
    ['Shift_JIS, said by the page', 'shift-jis-http-equiv.html', 'text/html', '図書館は月曜日から金曜日まで'],
    ['windows-1251, said by the page', 'windows-1251-meta.html', 'text/html', 'Книги выдаются на две недели'],
    ['windows-1251, said by nobody', 'windows-1251-undeclared.html', 'text/html', 'Книги'],
    ['UTF-16 with a mark', 'utf-16le-bom.html', 'text/html', undefined],
  ])('of pages in %s come out right', async (_, file, contentType, expected) => {
    const bytes = readFileSync(new URL(`../fixtures/pages/${file}`, import.meta.url));
    site.set('/encoded', (_request, response) =>
      response.writeHead(200, { 'content-type': contentType }).end(bytes),
    );

    const { id } = await addPage(editor, site.url('/encoded'));

    const text = await textOf(id);
    expect(text).not.toMatch(/\ufffd|Ã|Ð|\0/);
    expect(text).toContain(expected ?? '');
    expect(text.length).toBeGreaterThan(20);
  });

  it.each([
    ['text/plain', `Terms\n\n${WARRANTY}\n`],
    ['text/markdown', `# Terms\n\n- ${WARRANTY}\n`],
  ])('are made of %s as well', async (contentType, body) => {
    site.set('/terms', (_request, response) =>
      response.writeHead(200, { 'content-type': contentType }).end(body),
    );

    const { id, status } = await addPage(editor, site.url('/terms'));

    expect([status, await textOf(id)]).toEqual(['ready', expect.stringContaining(WARRANTY)]);
  });

  it('take a new address, and leave nothing of the old one', async () => {
    site.set('/old', articlePage('Old', 'The old page tells of typewriters and ribbons.'));
    site.set('/new', articlePage('New', WARRANTY));
    const source = await addPage(editor, site.url('/old'));

    const datasourceId = source.id;
    await editor.send('datasources.update', { datasourceId, body: { url: site.url('/old'), name: 'Terms' } });
    await editor.send('datasources.update', { datasourceId, body: { url: site.url('/new') } });
    const shown = await eventually(
      () => show(source.id),
      ({ status }) => status === 'ready',
    );
    await eventually(
      () => runsOf(source.id),
      (runs) => runs.length === 2 && runs.every(({ state }) => state === 'succeeded'),
    );

    expect(shown).toMatchObject({ name: 'Terms', url: site.url('/new') });
    expect((await documentsOf(source.id)).map(({ url }) => url)).toEqual([site.url('/new')]);
    expect(await textOf(source.id)).toContain(WARRANTY);
  });

  it('go with all that was read from them, but not with what was said about it', async () => {
    site.set('/leaving', articlePage('Leaving', WARRANTY));
    const { id: botId } = await createBot(editor);
    const source = await addPage(editor, site.url('/leaving'), [botId]);
    const conversationId = await openConversation(editor, botId);
    await ask(editor, conversationId, 'How long is the warranty?');
    const history = await messagesOf(editor, conversationId);

    await editor.send('datasources.remove', { datasourceId: source.id });

    const paths = ['', '/documents', '/runs'].map((path) => `/v1/datasources/${source.id}${path}`);
    const gone = await Promise.all(paths.map((path) => editor.get(path)));
    expect(gone.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await hits(botId, 'warranty')).toBe(0);
    expect(await messagesOf(editor, conversationId)).toEqual(history);
    expect((await editor.call('DELETE', `/v1/datasources/${source.id}`)).status).toBe(404);
  });

  describe('while they are read', () => {
    const start = async (path: string): Promise<StartedSyncResponse> =>
      (await editor.send('datasources.create', { body: { type: 'url', url: site.url(path) } })).body;
    const requested = (path: string): Promise<number> =>
      eventually(
        () => Promise.resolve(site.requests.filter((request) => request.path === path).length),
        (count) => count > 0,
      );

    it('join a second sync, and are read once more when it came too late', async () => {
      const held = heldPage(articlePage('Slow', WARRANTY));
      site.set('/slow', held.page);
      const source = await start('/slow');
      await requested('/slow');

      const answers = await Promise.all(
        [1, 2, 3].map(() => editor.send('datasources.sync', { datasourceId: source.id })),
      );
      held.letGo();
      await ended(editor, source.job.id);
      await eventually(
        () => runsOf(source.id),
        (runs) => runs.length === 2 && runs.every(({ state }) => state === 'succeeded'),
      );

      expect(answers.map(({ status, body }) => [status, body.job.id])).toEqual(
        answers.map(() => [202, source.job.id]),
      );
      expect(site.requests.filter(({ path }) => path === '/slow')).toHaveLength(2);
      expect(await show(source.id)).toMatchObject({ status: 'ready', documentCount: 1 });
    });

    it('tell how far they are, to the end', async () => {
      const held = heldPage(articlePage('Watched', WARRANTY));
      site.set('/watched', held.page);
      const source = await start('/watched');
      await requested('/watched');

      setTimeout(held.letGo, 200);
      const events = await editor.events('jobs.events', { jobId: source.job.id });

      const kinds = events.map(({ event }) => event);
      expect(kinds[0]).toBe('job.running');
      expect(kinds.at(-1)).toBe('job.succeeded');
      expect(kinds.filter((kind) => kind === 'job.succeeded')).toHaveLength(1);
    });

    it('can be stopped, and read later', async () => {
      const held = heldPage(articlePage('Stopped', WARRANTY));
      site.set('/stopped', held.page);
      const source = await start('/stopped');
      await requested('/stopped');
      expect(await show(source.id)).toMatchObject({ status: 'syncing' });

      await editor.send('jobs.cancel', { jobId: source.job.id });
      const job = await ended(editor, source.job.id);
      const stopped = await eventually(
        () => show(source.id),
        ({ status }) => status !== 'syncing',
      );
      const [run] = await runsOf(source.id);
      held.letGo();
      const later = await syncAgain(editor, source.id);

      expect(job.state).toBe('cancelled');
      expect(stopped).toMatchObject({ status: 'failed', lastError: { code: 'datasources.sync_cancelled' } });
      expect(run).toMatchObject({ state: 'cancelled' });
      expect(later).toMatchObject({ status: 'ready', documentCount: 1 });
    });

    it('can be removed, and leave nothing behind', async () => {
      const held = heldPage(articlePage('Removed', WARRANTY));
      site.set('/removed', held.page);
      const source = await start('/removed');
      await requested('/removed');

      await editor.send('datasources.remove', { datasourceId: source.id });
      held.letGo();
      const job = await ended(editor, source.job.id);

      expect(job).toMatchObject({ state: 'failed', error: { code: 'not_found' } });
      expect((await editor.get(`/v1/datasources/${source.id}`)).status).toBe(404);
    });
  });
});
