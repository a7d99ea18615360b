/**
 * How fast a whole site is read, what a worker needs of memory meanwhile, and what it costs when the worker is killed.
 *
 *     npm run bench:site [-- --pages 2000]
 *
 * A site of so many pages on loopback, each of a few kilobytes and linked like a tree, is crawled by an API process and a
 * worker on the servers that DATABASE_URL and REDIS_URL name: with vectors of the local model; with those of a stand-in
 * that answers at once, which is as good as none; the same once more, when nothing has changed; and with a worker that is
 * killed halfway. The slope of memory is that of a line through the second half of the samples.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Child } from './support/child.js';
import { type ApiCall, Installation, signUp } from './support/installation.js';

const { values } = parseArgs({ options: { pages: { type: 'string', default: '2000' } } });
const PAGES = Number(values.pages);
const SAMPLE_MS = 250;
/** As `text-embedding-3-small` has. */
const DIMENSIONS = 1_536;
const WORDS =
  `the lamp needs a bulb of its own kind and a shade that can be wiped with a dry cloth whenever dust has come
  to rest on it while its switch is meant for many thousand turns and its cord for two metres from the wall`.split(
    /\s+/,
  );

/** Sections of words in an order that only this page has. */
function pageOf(index: number): string {
  const sections = Array.from({ length: 6 }, (_, section) => {
    const words = Array.from(
      { length: 90 },
      (_word, place) => WORDS[(index * 31 + section * 17 + place * ((index % 7) + 1)) % WORDS.length],
    );
    return `<h2>Part ${section} of page ${index}</h2><p>Number ${index}.${section}: ${words.join(' ')}.</p>`;
  });
  const links = [2 * index + 1, 2 * index + 2].filter((next) => next < PAGES);
  return `<!doctype html><html lang="en"><head><title>Page ${index}</title></head><body>
    <nav>${links.map((next) => `<a href="/${next}">Page ${next}</a>`).join(' ')}</nav>
    <main><article><h1>Page ${index}</h1>${sections.join('\n')}</article></main>
    <footer>The same footer stands on every page of this site.</footer></body></html>`;
}

const site = createServer((request, response) => {
  const index = Number(request.url?.slice(1));
  const isPage = Number.isInteger(index) && index < PAGES;
  const tag = `"${index}"`;
  if (isPage && request.headers['if-none-match'] === tag) response.writeHead(304).end();
  else
    response
      .writeHead(isPage ? 200 : 404, { 'content-type': 'text/html', etag: tag })
      .end(isPage ? pageOf(index) : '');
}).listen(0, '127.0.0.1');
await once(site, 'listening');
const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;

const vector = Buffer.from(new Float32Array(DIMENSIONS).fill(0.04).buffer).toString('base64');
const standIn = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => (text += part));
  request.on('end', () => {
    const { input = [] } = JSON.parse(text) as { input?: string[] };
    const data = input.map((_, index) => ({ object: 'embedding', index, embedding: vector }));
    const body = { object: 'list', model: 'bench', data, usage: { prompt_tokens: 1, total_tokens: 1 } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}).listen(0, '127.0.0.1');
await once(standIn, 'listening');
const vectorsUrl = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}/v1`;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly counts?: { readonly done: number };
  readonly result?: Readonly<Record<string, number>>;
  readonly error?: { readonly message: string };
}

/** Megabytes a minute that memory grows by, over the second half of the samples. */
function slopeOf(samples: readonly number[]): number {
  const late = samples.slice(Math.floor(samples.length / 2));
  const meanX = (late.length - 1) / 2;
  const meanY = late.reduce((sum, one) => sum + one, 0) / Math.max(1, late.length);
  const above = late.reduce((sum, one, x) => sum + (x - meanX) * (one - meanY), 0);
  const below = late.reduce((sum, _one, x) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : ((above / below) * 60_000) / SAMPLE_MS;
}

/** Follows a crawl to its end; `onHalf` may put another worker in the place of the one that is watched. */
async function follow(
  name: string,
  call: ApiCall,
  begun: { job: Job },
  first: Child,
  onHalf?: () => Promise<Child>,
): Promise<void> {
  const start = performance.now();
  let [worker, isHalf] = [first, false];
  const memory: number[] = [];
  let job = begun.job;
  while (!['succeeded', 'failed', 'cancelled'].includes(job.state)) {
    await sleep(SAMPLE_MS);
    job = await call<Job>('GET', `/v1/jobs/${job.id}`);
    if (!isHalf && onHalf && (job.counts?.done ?? 0) >= PAGES / 2) {
      isHalf = true;
      worker = await onHalf();
    }
    memory.push(worker.rssMb);
  }
  const seconds = (performance.now() - start) / 1_000;
  const outcomes = Object.entries(job.result ?? {}).filter(([, count]) => count > 0);
  console.log(
    `${name.padEnd(28)} ${job.error?.message ?? job.state}, ${outcomes.map(([outcome, count]) => `${count} ${outcome}`).join(', ')} in ${seconds.toFixed(1)} s: ` +
      `${(PAGES / seconds).toFixed(1)} pages/s; worker ${Math.max(...memory).toFixed(0)} MB at most, ${slopeOf(memory).toFixed(1)} MB/min`,
  );
}

async function measure(name: string, env: NodeJS.ProcessEnv, isKilled = false): Promise<void> {
  const installation = await Installation.open({
    ...{ OUTBOUND_ALLOW: host, LOG_LEVEL: 'warn', RATE_LIMIT_PER_MINUTE: '1000000' },
    ...env,
  });
  const worker = await installation.startWorker();
  const { call } = await signUp((await installation.startApi()).url);
  const settings = { maxPages: PAGES, perHostConcurrency: 8, maxDepth: 50 };
  const source = await call<{ id: string; job: Job }>('POST', '/v1/datasources', {
    ...{ type: 'site', startUrls: [`http://${host}/0`], ...settings },
  });
  const replace = async (): Promise<Child> => {
    await worker.kill();
    return installation.startWorker();
  };
  await follow(name, call, source, worker, isKilled ? replace : undefined);
  if (!isKilled) {
    const again = await call<{ job: Job }>('POST', `/v1/datasources/${source.id}/sync`);
    await follow(`${name}, unchanged`, call, again, worker);
  }
  await installation.close();
}

await measure('local vectors', {});
const none = { EMBEDDINGS: 'openai', OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: vectorsUrl };
await measure('as good as no vectors', none);
await measure('killed halfway', none, true);
site.close();
standIn.close();
