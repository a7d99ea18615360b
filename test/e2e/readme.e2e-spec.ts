import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LoopbackServer } from '../support/outbound/loopback-server.js';
import { runToEnd } from '../support/run-to-end.js';
import { TestServer, testEnvironment } from '../support/server.js';
import { ZapierStandIn } from '../support/zapier/zapier-stand-in.js';

const ROOT = resolve(import.meta.dirname, '../..');
const NPM_LINE = /^(?:[A-Z_]+=\S+ )*npm /;
/** What npm itself does; everything else is `npm run` or a script that may be left without it. */
const OF_NPM = ['ci'];

const PAGE = `<!doctype html><html lang="en"><head><title>Example Domain</title></head><body><main>
<h1>Example Domain</h1>
<p>This domain is for use in documentation examples without needing permission. Avoid use in operations.</p>
<p>It is kept by the people who run the root of the domain name system, and nobody can buy it.</p>
</main></body></html>`;

const readme = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
const lines = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
  block.split('\n').filter((line) => line.trim() !== ''),
);
const npmLines = lines.filter((line) => NPM_LINE.test(line));
const otherLines = lines.filter((line) => !NPM_LINE.test(line));

function scriptsOf(line: string): string[] {
  return [...line.matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, script = '']) => script);
}

describe('the README', () => {
  let server: TestServer;
  let site: LoopbackServer;
  let zapier: ZapierStandIn;
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-readme-'));

  beforeAll(async () => {
    site = await LoopbackServer.http((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
    });
    zapier = await ZapierStandIn.start();
    zapier.table('Leads', { Name: 'string' }, [{ f1: 'Ada' }]);
    server = await TestServer.start({
      env: { OUTBOUND_ALLOW: site.host, ZAPIER_BASE_URL: zapier.baseUrl },
    });
  });

  afterAll(async () => {
    await server?.stop();
    await site?.close();
    await zapier?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins with the two commands that a newcomer types', () => {
    expect(lines.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  it('names no npm script that does not exist', () => {
    const { scripts } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };

    const missing = npmLines
      .flatMap(scriptsOf)
      .filter((name) => !(name in scripts) && !OF_NPM.includes(name));

    expect(npmLines.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  it('has commands that work when they are typed in one after the other', async () => {
    const env = testEnvironment({
      COLLOQUY: server.url,
      PAGE: `http://${site.host}/`,
      OUT: folder,
      ZAPIER_TOKEN: zapier.token,
    });
    const script = ['set -eo pipefail', ...otherLines].join('\n');

    const { code, output } = await runToEnd('bash', ['-s'], { env, cwd: ROOT, input: script });

    expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
    expect(output).toContain('event: job.succeeded');
    expect(output).toContain('event: message.delta');
    expect(output).toContain('event: message.completed');
    expect(output).toContain('documentation examples');
    expect(output).toContain('"quote"');
    expect(output).toContain('"score"');
    expect(output).toContain('"claude-haiku-4-5"');
    expect(output).toContain('"openai-compatible"');
    expect(output).toContain('"remoteName"');
    expect(output).toContain('A person here: how can I help?');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('</html>');
    expect(readFileSync(join(folder, 'messages.csv'), 'utf8')).toContain('What is this domain for?');
    expect(output).not.toContain('real-key');
    expect(output).not.toContain(zapier.token);
  });

  it('links to files that exist', () => {
    const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);

    const missing = targets.filter((target) => !existsSync(resolve(ROOT, target)));

    expect(missing).toEqual([]);
  });
});
