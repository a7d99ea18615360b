import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LoopbackServer } from '../support/outbound/loopback-server.js';
import { type RunResult, runToEnd } from '../support/run-to-end.js';
import { type Environment, NODE, TestServer, testEnvironment } from '../support/server.js';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN_LIMIT_MS = 150_000;
/** A port on which nobody listens. */
const NOBODY = '9';
const ESCAPE_CODES = /\u001b/;

const PAGE = `<!doctype html><html lang="en"><head><title>Lighthouse | Port Ellery</title></head><body><main>
<h1>Lighthouse</h1>
<p>The lighthouse of Port Ellery was built in 1861 and is open to visitors from May to September.</p>
<h2>Tickets</h2>
<p>A ticket costs four euros; children under twelve climb the 199 steps for free.</p>
</main></body></html>`;

function demo(args: readonly string[], env: Environment): Promise<RunResult> {
  return runToEnd(NODE, [join('scripts', 'demo.mjs'), ...args], {
    env: testEnvironment({ COLLOQUY_URL: '', ...env }),
    cwd: ROOT,
    timeoutMs: RUN_LIMIT_MS,
  });
}

describe('npm run demo', () => {
  let server: TestServer;
  let site: LoopbackServer;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'colloquy-demo-'));
    site = await LoopbackServer.http((request, response) => {
      if (request.url !== '/lighthouse') response.statusCode = 404;
      response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
    });
    server = await TestServer.start({ env: { OUTBOUND_ALLOW: site.host } });
  });

  afterAll(async () => {
    await server?.stop();
    await site?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each([
    ['with nothing running', () => NOBODY, 'No server runs at'],
    ['once more, beside a server', () => new URL(server.url).port, 'does not read pages of this computer'],
  ])(
    'reads the sample site %s',
    async (_case, port, reason) => {
      const { code, output } = await demo([], { PORT: port(), DATA_DIR: dataDir });

      expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
      expect(output).toContain(reason);
      expect(output).toMatch(/Page http:\/\/127\.0\.0\.1:\d+\/repairs\.html \(\d+ passages/);
      expect(output).toContain('What does a courtesy bike cost?');
      expect(output).toContain('€6 a day');
      expect(output).toMatch(/\[1\] Repairs and prices {2}http:\/\/127\.0\.0\.1:\d+\/repairs\.html/);
      expect(output).toMatch(/\[1\] Delivery and returns/);
      expect(output).toContain('/v1/conversations/');
      expect(output).not.toMatch(ESCAPE_CODES);
    },
    RUN_LIMIT_MS,
  );

  it(
    'asks what it is told to ask about the page it is given',
    async () => {
      const page = `http://${site.host}/lighthouse`;

      const { code, output } = await demo(
        [page, '--ask', 'When was the lighthouse built?', '--ask', 'What does a ticket cost?'],
        { COLLOQUY_URL: server.url },
      );

      expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
      expect(output).toContain('You  When was the lighthouse built?');
      expect(output).toContain('built in 1861');
      expect(output).toContain('You  What does a ticket cost?');
      expect(output).toContain('four euros');
      expect(output).toContain(`[1] Lighthouse`);
      expect(output).toContain(page);
    },
    RUN_LIMIT_MS,
  );

  it(
    'leaves the conversation where it says it can be read',
    async () => {
      const { output } = await demo([`http://${site.host}/lighthouse`], { COLLOQUY_URL: server.url });
      const [, url = '', token = ''] = /curl (\S+) -H 'Authorization: Bearer (\S+)'/.exec(output) ?? [];

      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });

      const { data } = (await response.json()) as { data: { role: string; content: string }[] };
      expect(data.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
      expect(data[0]?.content).toBe('What is Lighthouse?');
      expect(data[2]?.content).toBe('What about Tickets?');
    },
    RUN_LIMIT_MS,
  );

  it.each([
    [
      'a page that does not exist',
      () => `http://${site.host}/nowhere`,
      'The page does not exist (status 404).',
    ],
    ['an address that may not be reached', () => 'http://169.254.169.254/', 'OUTBOUND_ALLOW'],
    ['something that is no address', () => 'http://', 'is not the address of a page'],
  ])(
    'ends with a clear message at %s',
    async (_case, url, message) => {
      const { code, output } = await demo([url()], { COLLOQUY_URL: server.url });

      expect(output).toContain(message);
      expect(output).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    },
    RUN_LIMIT_MS,
  );

  it('says what to do when the named server does not answer', async () => {
    const { code, output } = await demo(['https://example.com/'], {
      COLLOQUY_URL: `http://127.0.0.1:${NOBODY}`,
    });

    expect(output).toContain('npm start');
    expect(code).toBe(1);
  });
});
