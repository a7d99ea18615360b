import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { ChromiumPageRenderer } from '../../../src/modules/datasources/adapters/chromium/chromium.page-renderer.js';
import type { RenderLimits } from '../../../src/modules/datasources/adapters/chromium/browser-options.js';
import { BrowserUnavailable, PageNotRendered } from '../../../src/modules/datasources/page.errors.js';
import { browserPath } from '../../support/browser.js';
import { LoopbackInternet } from '../../support/outbound/loopback-internet.js';
import { LoopbackServer } from '../../support/outbound/loopback-server.js';
import { skipLoudly } from '../../support/skip-loudly.js';

const chromium = browserPath();
const FOREVER = new AbortController().signal;
const ORIGIN = 'http://app.example';

if (chromium === undefined) skipLoudly('Rendering pages', 'Chromium, or TEST_BROWSER', 'scripts/browser.sh');
else
  describe('ChromiumPageRenderer', () => {
    let server: LoopbackServer;
    let trap: LoopbackServer;
    let internet: LoopbackInternet;
    let outbound: OutboundClient;
    let asked: { readonly host: string; readonly path: string; readonly method: string }[];
    let answers: Map<string, (request: IncomingMessage, response: ServerResponse) => unknown>;
    const renderers: ChromiumPageRenderer[] = [];

    beforeAll(async () => {
      trap = await LoopbackServer.tcp(() => undefined);
    });
    beforeEach(async () => {
      asked = [];
      answers = new Map();
      server = await LoopbackServer.http((request, response) => {
        const path = request.url ?? '';
        asked.push({ host: request.headers.host ?? '', path, method: request.method ?? '' });
        const answer = answers.get(path.split('?')[0] ?? '');
        if (answer) answer(request, response);
        else response.writeHead(404).end();
      });
      internet = new LoopbackInternet(server.port);
      const { resolver, connectorFactory } = internet;
      outbound = new OutboundClient({ allow: [], resolver, connectorFactory });
    });
    afterEach(async () => {
      await Promise.all(renderers.splice(0).map((renderer) => renderer.close()));
      await outbound.close();
      await server.close();
    });
    afterAll(() => trap.close());

    const open = (limits: Partial<RenderLimits> = {}): ChromiumPageRenderer => {
      const place = { executablePath: chromium, hasSandbox: false };
      const renderer = new ChromiumPageRenderer(place, outbound, {
        timeoutMs: 60_000,
        settleMs: 5_000,
        ...limits,
      });
      renderers.push(renderer);
      return renderer;
    };
    const page = (html: string, path = '/') => ({
      body: Buffer.from(`<!doctype html><html><head><title>App</title></head><body>${html}</body></html>`),
      contentType: 'text/html; charset=utf-8',
      url: `${ORIGIN}${path}`,
    });
    const answer = (path: string, type: string, text: string): void => {
      answers.set(path, (_request, response) => {
        response.writeHead(200, { 'content-type': type }).end(text);
      });
    };

    it('shows what scripts make of a page, and does not ask for the page again', async () => {
      answer(
        '/app.js',
        'text/javascript',
        `
      fetch('/api/lamps.json').then((r) => r.json()).then((lamps) => {
        document.querySelector('#root').innerHTML = '<h1>Lamps</h1>' + lamps.map((l) => '<p>' + l + '</p>').join('');
      });`,
      );
      answer(
        '/api/lamps.json',
        'application/json',
        JSON.stringify(['The Aurora lamp costs 89 euros – grüße.']),
      );

      const { html, url } = await open().render(
        page('<div id="root"></div><script src="/app.js"></script>'),
        FOREVER,
      );

      expect(html).toContain('<p>The Aurora lamp costs 89 euros – grüße.</p>');
      expect(url).toBe(`${ORIGIN}/`);
      expect(asked.map(({ path }) => path)).toEqual(['/app.js', '/api/lamps.json']);
      expect(asked.every(({ host }) => host === 'app.example')).toBe(true);
    });

    it('lets a page ask other public servers, redirects included, and post to them', async () => {
      answers.set('/moved', (_request, response) => {
        response.writeHead(302, { location: 'http://other.example/data' }).end();
      });
      answers.set('/data', (_request, response) => {
        response
          .writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' })
          .end('moved data');
      });
      answers.set('/graphql', (request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () =>
          response.writeHead(200, { 'content-type': 'text/plain' }).end(`asked ${body}`),
        );
      });

      const { html } = await open().render(
        page(`<main></main><script>
        const show = (text) => document.querySelector('main').append(text + '. ');
        fetch('http://cdn.example/moved').then((r) => r.text()).then(show, () => show('cross-origin failed'));
        fetch('/graphql', { method: 'POST', body: 'query' }).then((r) => r.text()).then(show);
      </script>`),
        FOREVER,
      );

      expect(html).toContain('asked query');
      expect(html).toContain('moved data');
    });

    it('gives nothing to a page that reaches for what is not public', async () => {
      internet.resolver.answer(
        'rebind.example',
        [{ address: '93.184.216.34', family: 4 }],
        [{ address: '10.0.0.7', family: 4 }],
      );
      internet.resolver.answer('inside.example', [{ address: '10.0.0.7', family: 4 }]);
      answers.set('/hop', (_request, response) => {
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      });
      answer('/first', 'text/plain', 'first');
      const targets = [
        'http://169.254.169.254/latest/meta-data/',
        'http://[::ffff:169.254.169.254]/',
        'http://0x7f.1/',
        `http://127.0.0.1:${String(trap.port)}/`,
        `http://localhost:${String(trap.port)}/`,
        `http://[::1]:${String(trap.port)}/`,
        `https://127.0.0.1:${String(trap.port)}/`,
        'http://inside.example/',
        'http://metadata.google.internal/',
        'http://app.example/hop',
        'file:///etc/passwd',
        'ftp://app.example/x',
        'chrome://version/',
        'view-source:http://app.example/',
      ];
      const local = `127.0.0.1:${String(trap.port)}`;

      const { html } = await open({ settleMs: 4_000 }).render(
        page(`<main></main>
        <link rel="preconnect" href="http://${local}"><link rel="dns-prefetch" href="//inside.example">
        <link rel="prefetch" href="http://${local}/prefetch"><link rel="stylesheet" href="http://${local}/style.css">
        <link rel="modulepreload" href="http://${local}/module.js"><link rel="icon" href="http://${local}/icon.png">
        <img src="http://${local}/image.png"><iframe src="http://${local}/frame"></iframe><iframe src="file:///etc/passwd"></iframe>
        <object data="http://${local}/object"></object><embed src="http://${local}/embed"><video src="http://${local}/film"></video>
        <script src="http://${local}/script.js"></script>
        <form id="form" target="_blank" action="http://${local}/form" method="post"><input name="a" value="b"></form>
        <script>
          const said = [];
          const say = (what, text) => { said.push(what); document.querySelector('main').append('GO' + 'T ' + what + ' ' + text + '. '); };
          for (const target of ${JSON.stringify(targets)}) {
            fetch(target).then((r) => r.text()).then((t) => say(target, t), () => 0);
            fetch(target, { mode: 'no-cors' }).then(() => say('opaque ' + target, ''), () => 0);
            try { const x = new XMLHttpRequest(); x.onload = () => say('xhr ' + target, x.responseText); x.open('GET', target); x.send(); } catch { 0; }
          }
          fetch('http://rebind.example/first').then(() => fetch('http://rebind.example/second')).then(() => 0, () => 0);
          navigator.sendBeacon && navigator.sendBeacon('http://${local}/beacon', 'x');
          for (const scheme of ['ws', 'wss']) try {
            const socket = new WebSocket(scheme + '://${local}/'); socket.onopen = () => say(scheme, 'opened'); socket.onmessage = (m) => say(scheme, m.data);
          } catch { 0; }
          const work = "fetch('http://${local}/worker').then(() => postMessage('reached'), () => 0); try { const s = new WebSocket('ws://${local}/'); s.onopen = () => postMessage('socket'); } catch { 0; } try { importScripts('http://${local}/imported.js'); } catch { 0; }";
          const worker = new Worker(URL.createObjectURL(new Blob([work], { type: 'text/javascript' })));
          worker.onmessage = (m) => say('worker', m.data);
          try { navigator.serviceWorker.register('/worker.js').then(() => say('service worker', ''), () => 0); } catch { 0; }
          try { new SharedWorker('http://${local}/shared.js'); } catch { 0; }
          try { const events = new EventSource('http://${local}/events'); events.onopen = () => say('events', ''); } catch { 0; }
          try {
            const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${local}' }, { urls: 'turn:${local}?transport=tcp', username: 'a', credential: 'b' }] });
            peer.createDataChannel('x'); peer.createOffer().then((o) => peer.setLocalDescription(o)); say('peer', '');
          } catch { 0; }
          window.open('http://${local}/window'); document.querySelector('#form').submit();
          const link = document.createElement('a'); link.href = 'http://${local}/download'; link.download = 'x'; link.click();
          alert('stop'); confirm('stop'); prompt('stop');
          document.querySelector('main').append('still here');
        </script>`),
        FOREVER,
      );

      expect(html).toContain('still here');
      expect(html).not.toContain('GOT ');
      expect(html).not.toContain('root:');
      expect(trap.accepted).toBe(0);
      expect([...new Set(internet.reached)]).toEqual(['93.184.216.34']);
      expect(
        asked.map(({ path }) => path).filter((path) => !['/hop', '/first', '/second'].includes(path)),
      ).toEqual([]);
    });

    it('keeps the page where it is', async () => {
      answer('/next', 'text/html', '<main>the next page</main>');
      const renderer = open();

      const away = await renderer.render(
        page(`<main>where it was</main><script>location.href = 'http://elsewhere.example/';</script>`),
        FOREVER,
      );
      const within = await renderer.render(page(`<script>location.href = '/next';</script>`), FOREVER);

      expect(away.html).toContain('where it was');
      expect(within).toMatchObject({ html: expect.stringContaining('the next page'), url: `${ORIGIN}/next` });
      expect(asked.map(({ host }) => host)).not.toContain('elsewhere.example');
    });

    it('gives up on a script that never ends, and shows the next page', async () => {
      const renderer = open({ timeoutMs: 8_000 });

      const stuck = renderer.render(page('<script>for (;;);</script>'), FOREVER);
      const next = renderer.render(page('<main>the next one</main>'), FOREVER);

      await expect(stuck).rejects.toThrow(PageNotRendered);
      await expect(stuck).rejects.toThrow('it took too long');
      expect((await next).html).toContain('the next one');
    });

    it('takes a page that never comes to rest as it is after a while', async () => {
      answer('/poll', 'text/plain', 'more');

      const { html } = await open({ settleMs: 3_000, maxRequests: 40 }).render(
        page(`<main>news</main><script>
        let n = 0;
        setInterval(() => { fetch('/poll?' + n); n += 1; document.title = 'News ' + n; }, 5);
        setInterval(() => { location.hash = '#' + n; history.pushState({}, '', '/somewhere/' + n); }, 5);
      </script>`),
        FOREVER,
      );

      expect(html).toContain('<main>news</main>');
      expect(asked.length).toBeLessThanOrEqual(40);
    });

    it('ends a page that opens itself again and again', async () => {
      answer('/', 'text/html', `<main>again</main><script>location.href = '/?' + Math.random();</script>`);

      const { html } = await open({ settleMs: 3_000 }).render(
        page(`<main>again</main><script>location.href = '/?' + Math.random();</script>`),
        FOREVER,
      );

      expect(html).toContain('again');
      expect(asked.length).toBeLessThanOrEqual(5);
    });

    it('gives up on a page that takes all the memory it can get', async () => {
      const renderer = open({ timeoutMs: 60_000, settleMs: 60_000, maxMemoryMb: 400 });

      const greedy = renderer.render(
        page(
          `<script>const all = []; setInterval(() => { const more = new Uint8Array(20_000_000); more.fill(1); all.push(more); document.body.append('more'); }, 20);</script>`,
        ),
        FOREVER,
      );

      await expect(greedy).rejects.toThrow(PageNotRendered);
      expect((await renderer.render(page('<main>after it</main>'), FOREVER)).html).toContain('after it');
    });

    it('gives up on a page that becomes too large', async () => {
      const growing = open({ maxCharacters: 10_000 }).render(
        page(
          `<main></main><script>document.querySelector('main').textContent = 'x'.repeat(20_000);</script>`,
        ),
        FOREVER,
      );

      await expect(growing).rejects.toThrow('it became too large');
    });

    it('is not fooled by elements that take the names of the document', async () => {
      const { html } = await open().render(
        page(`<main>the true text</main><img name="documentElement"><form name="body"></form>
        <script>
          Object.defineProperty(Element.prototype, 'outerHTML', { get: () => 'forged' });
          document.getElementsByTagName = () => { throw new Error('no'); };
        </script>`),
        FOREVER,
      );

      expect(html).toContain('the true text');
      expect(html).not.toMatch(/^forged/);
    });

    it('stops when nobody wants the page any more', async () => {
      const gone = new AbortController();
      const rendering = open().render(page('<script>for (;;);</script>'), gone.signal);

      setTimeout(() => {
        gone.abort(new Error('not wanted'));
      }, 1_000);

      await expect(rendering).rejects.toThrow('not wanted');
    });

    it('keeps nothing of one page for the next', async () => {
      const renderer = open();
      await renderer.render(
        page(`<script>localStorage.setItem('a', 'kept'); document.cookie = 'b=kept';</script>`),
        FOREVER,
      );

      const { html } = await renderer.render(
        page(
          `<main></main><script>document.querySelector('main').textContent = 'found: ' + localStorage.getItem('a') + document.cookie;</script>`,
        ),
        FOREVER,
      );

      expect(html).toContain('found: null</main>');
    });

    it('begins a new browser after so many pages', async () => {
      const renderer = open({ pagesABrowser: 1 });

      const pages = [];
      for (const text of ['one', 'two', 'three'])
        pages.push((await renderer.render(page(`<main>${text}</main>`), FOREVER)).html);

      expect(pages.map((html) => /<main>(\w+)/.exec(html)?.[1])).toEqual(['one', 'two', 'three']);
    });

    it('says so when there is no browser where it should be', async () => {
      const place = { executablePath: '/nowhere/chromium', hasSandbox: false };
      const renderer = new ChromiumPageRenderer(place, outbound);

      await expect(renderer.render(page(''), FOREVER)).rejects.toThrow(BrowserUnavailable);
    });
  });
