/**
 * How fast pages are read, and whether the API answers meanwhile.
 *
 *     npm run bench:ingest [-- --pages 200]
 *
 * The pages of `web-pages` (from the folder in COLLOQUY_DATA, default `../shared/data`), over and over under other
 * addresses, are added as sources one after another and read: by `npm start` alone, and, where DATABASE_URL and
 * REDIS_URL are set, by an API process and a worker. `/health/live` is asked every 20 ms until the last one is ready.
 * The floor is to fetch the same pages, as many at once.
 */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Child } from './support/child.js';
import { type ApiCall, Installation, signUp } from './support/installation.js';

const { values } = parseArgs({ options: { pages: { type: 'string', default: '200' } } });
const PAGES = Number(values.pages);
const CALLERS = 4;
const HEALTH_EVERY_MS = 20;
const folder = resolve(process.env.COLLOQUY_DATA ?? '../shared/data', 'web-pages/pages');
const bodies = readdirSync(folder)
  .sort()
  .map((file) => gunzipSync(readFileSync(join(folder, file))));

const site = createServer((request, response) => {
  const body = bodies[Number(request.url?.slice(1)) % bodies.length];
  response.writeHead(body ? 200 : 404, { 'content-type': 'text/html' }).end(body);
}).listen(0, '127.0.0.1');
await once(site, 'listening');
const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
const urls = Array.from({ length: PAGES }, (_, index) => `http://${host}/${index}`);

interface Source {
  readonly status: string;
  readonly chunkCount: number;
}

/** Hands the addresses to several callers, who take the next one as soon as they are done. */
async function eachUrl(act: (url: string) => Promise<unknown>): Promise<void> {
  const left = [...urls];
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let url = left.shift(); url; url = left.shift()) await act(url);
    }),
  );
}

async function listSources(call: ApiCall): Promise<Source[]> {
  const sources: Source[] = [];
  for (let cursor = ''; ;) {
    const page = await call<{ data: Source[]; nextCursor: string | null }>(
      'GET',
      `/v1/datasources?limit=200${cursor}`,
    );
    sources.push(...page.data);
    if (page.nextCursor === null) return sources;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

/** Asks for a sign of life at a steady pace, whether or not the last one has come. */
function watchLife(url: string): { stop(): Promise<number[]> } {
  const answers: Promise<number>[] = [];
  const timer = setInterval(() => {
    const asked = performance.now();
    answers.push(
      fetch(`${url}/health/live`)
        .then((response) => response.text())
        .then(() => performance.now() - asked),
    );
  }, HEALTH_EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      return (await Promise.all(answers)).sort((a, b) => a - b);
    },
  };
}

async function measure(name: string, url: string, processes: readonly Child[]): Promise<void> {
  const { call } = await signUp(url);
  const cpu = (): number => processes.reduce((sum, child) => sum + child.cpuSeconds, 0);
  const [begun, cpuBefore] = [performance.now(), cpu()];
  const life = watchLife(url);
  await eachUrl((page) => call('POST', '/v1/datasources', { type: 'url', url: page }));
  let sources = await listSources(call);
  while (sources.some(({ status }) => status === 'pending' || status === 'syncing')) {
    await sleep(250);
    sources = await listSources(call);
  }
  const seconds = (performance.now() - begun) / 1_000;
  const alive = await life.stop();
  const at = (share: number): string => (alive[Math.floor(alive.length * share)] ?? 0).toFixed(1);
  const chunks = sources.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
  const ready = sources.filter(({ status }) => status === 'ready').length;
  console.log(
    `${name.padEnd(22)} ${ready} of ${PAGES} pages in ${seconds.toFixed(1)} s: ${(PAGES / seconds).toFixed(1)} pages/s, ` +
      `${(chunks / seconds).toFixed(0)} chunks/s; ${(((cpu() - cpuBefore) * 1_000) / PAGES).toFixed(0)} ms of CPU a page; ` +
      `/health/live p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1 - 1 / alive.length)} ms; ` +
      `${processes.map(({ rssMb }) => rssMb.toFixed(0)).join(' + ')} MB`,
  );
}

async function measureEmbedded(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'colloquy-bench-'));
  const { child, match } = await Child.start('dist/src/main.js', [], /ready at\s+(http\S+)/, {
    ...{ DATA_DIR: dataDir, PORT: '0', DATABASE_URL: '', REDIS_URL: '' },
    ...{ OUTBOUND_ALLOW: host, RATE_LIMIT_PER_MINUTE: '1000000', LOG_LEVEL: 'warn' },
  });
  await measure('npm start', match[1] ?? '', [child]);
  await child.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measureStandard(): Promise<void> {
  const installation = await Installation.open({ OUTBOUND_ALLOW: host, LOG_LEVEL: 'warn' });
  const worker = await installation.startWorker();
  const { child, url } = await installation.startApi();
  await measure('API and worker', url, [child, worker]);
  await installation.close();
}

const begun = performance.now();
await eachUrl(async (url) => (await fetch(url)).text());
console.log(
  `fetching alone (floor) ${((PAGES * 1_000) / (performance.now() - begun)).toFixed(0)} pages/s; ${bodies.length} pages, ` +
    `${Math.round(bodies.reduce((sum, { length }) => sum + length, 0) / bodies.length / 1_024)} kB each`,
);
await measureEmbedded();
if (process.env['DATABASE_URL'] || process.env['TEST_DATABASE_URL']) await measureStandard();
site.close();
