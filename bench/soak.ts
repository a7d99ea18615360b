/**
 * Whether an installation stays as it is: memory, open handles and latency under a mixed load for half an hour.
 *
 *     npm run bench:soak [-- --minutes 30]
 *
 * One API process and one worker on the Postgres and Redis of DATABASE_URL and REDIS_URL. People chat (streamed), pages
 * that change are read again, histories are paged through and sources are searched, all at a steady pace. Each minute says
 * what it was like, so that what grows can be seen growing.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Child } from './support/child.js';
import { Installation, signUp } from './support/installation.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const MINUTES = Number(values.minutes);
/** What begins and what ends is compared over so long. */
const EDGE_MINUTES = Math.min(5, MINUTES / 3);
const MINUTE_MS = 60_000;
const SOURCES = 20;

interface Identified {
  readonly id: string;
}

interface Sample {
  readonly minute: number;
  readonly rssMb: readonly number[];
  readonly handles: readonly number[];
}

let reads = 0;
const pages = createServer((_request, response) => {
  reads += 1;
  const paragraphs = Array.from(
    { length: 12 },
    (_, index) =>
      `<p>Shelf ${index} holds ${(reads * 7 + index) % 100} bicycles that wait for part ${reads}.</p>`,
  );
  response
    .setHeader('content-type', 'text/html')
    .end(`<!doctype html><title>Workshop</title><main><h1>Stock</h1>${paragraphs.join('')}</main>`);
}).listen(0, '127.0.0.1');
await once(pages, 'listening');
const pageHost = `127.0.0.1:${(pages.address() as AddressInfo).port}`;
const mock = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
const installation = await Installation.open({
  OPENAI_BASE_URL: `http://127.0.0.1:${mock.match[1] ?? ''}/v1`,
  OPENAI_API_KEY: 'bench',
  OUTBOUND_ALLOW: pageHost,
  LOG_LEVEL: 'warn',
});
const api = await installation.startApi();
const worker = await installation.startWorker();
const { call, token } = await signUp(api.url);
const bot = await call<Identified>('POST', '/v1/bots', {
  name: 'Soak',
  model: { provider: 'openai', name: 'bench' },
});
const sources: Identified[] = [];
for (let index = 0; index < SOURCES; index += 1) {
  const url = `http://${pageHost}/${index}`;
  sources.push(await call<Identified>('POST', '/v1/datasources', { type: 'url', url, botIds: [bot.id] }));
}

const turns: { readonly at: number; readonly ms: number }[] = [];
const counts = { turns: 0, syncs: 0, pages: 0, searches: 0 };
const begun = performance.now();
const minutesGone = (): number => (performance.now() - begun) / MINUTE_MS;

async function chat(): Promise<void> {
  const conversation = await call<Identified>('POST', `/v1/bots/${bot.id}/conversations`, {});
  for (let turn = 0; turn < 5; turn += 1) {
    const before = performance.now();
    const response = await fetch(`${api.url}/v1/conversations/${conversation.id}/messages`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ content: `How many bicycles are on shelf ${turn}?` }),
    });
    const text = await response.text();
    if (!text.includes('event: message.completed')) throw new Error(`A turn did not complete: ${text}`);
    turns.push({ at: minutesGone(), ms: performance.now() - before });
    counts.turns += 1;
    await sleep(100);
  }
}

async function history(): Promise<void> {
  const { data } = await call<{ data: Identified[] }>('GET', '/v1/conversations?limit=20');
  for (const { id } of data.slice(0, 3)) await call('GET', `/v1/conversations/${id}/messages`);
  counts.pages += 1;
}

async function sync(): Promise<void> {
  const source = sources[counts.syncs % SOURCES];
  if (source) await call('POST', `/v1/datasources/${source.id}/sync`);
  counts.syncs += 1;
}

async function search(): Promise<void> {
  await call('POST', `/v1/bots/${bot.id}/search`, { query: `bicycles on shelf ${counts.searches % 12}` });
  counts.searches += 1;
}

async function repeat(pauseMs: number, act: () => Promise<void>): Promise<void> {
  while (minutesGone() < MINUTES) {
    await act();
    await sleep(pauseMs);
  }
}

const processes = [api.child, worker];
const samples: Sample[] = [];
const take = (): void => {
  samples.push({
    minute: minutesGone(),
    rssMb: processes.map(({ rssMb }) => rssMb),
    handles: processes.map(({ openHandles }) => openHandles),
  });
};
const sampling = setInterval(take, MINUTE_MS / 6);
let cpuBefore = processes.map(({ cpuSeconds }) => cpuSeconds);
const telling = setInterval(() => {
  const minute = Math.round(minutesGone());
  const cpu = processes.map(({ cpuSeconds }) => cpuSeconds);
  const busy = cpu.map((seconds, index) => (seconds - (cpuBefore[index] ?? 0)) / (MINUTE_MS / 1_000));
  cpuBefore = cpu;
  console.log(
    `minute ${String(minute).padStart(2)}: turns p50 ${percentile(50, minute - 1, minute).toFixed(0)} ms, p99 ${percentile(99, minute - 1, minute).toFixed(0)} ms; ` +
      `cores busy: API ${(busy[0] ?? 0).toFixed(2)}, worker ${(busy[1] ?? 0).toFixed(2)}`,
  );
}, MINUTE_MS);
await Promise.all([
  ...Array.from({ length: 4 }, () => repeat(50, chat)),
  repeat(1_000, sync),
  repeat(200, history),
  repeat(100, search),
]);
clearInterval(sampling);
clearInterval(telling);
await sleep(10_000);
take();

/** The steepness of a line through the samples after the first minutes, a minute. */
function slopeOf(valueOf: (sample: Sample) => number): number {
  const later = samples.filter(({ minute }) => minute > EDGE_MINUTES);
  const mean = (of: (sample: Sample) => number): number =>
    later.reduce((sum, sample) => sum + of(sample), 0) / later.length;
  const [x, y] = [mean(({ minute }) => minute), mean(valueOf)];
  const up = later.reduce((sum, sample) => sum + (sample.minute - x) * (valueOf(sample) - y), 0);
  return up / later.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
}

/** Of the turns that ended between two minutes, milliseconds. */
function percentile(percent: number, from: number, to: number): number {
  const times = turns.filter(({ at }) => at >= from && at < to).map(({ ms }) => ms);
  return times.sort((a, b) => a - b)[Math.floor((times.length * percent) / 100)] ?? 0;
}

const last = samples.at(-1);
const afterStart = samples.find(({ minute }) => minute > EDGE_MINUTES) ?? last;
['API', 'worker'].forEach((name, index) => {
  const rss = (sample: Sample | undefined): string => (sample?.rssMb[index] ?? 0).toFixed(0);
  console.log(
    `${name.padEnd(7)} RSS ${rss(afterStart)} MB after ${EDGE_MINUTES} min, ${rss(last)} MB at the end; slope ${slopeOf(
      ({ rssMb }) => rssMb[index] ?? 0,
    ).toFixed(
      2,
    )} MB a minute; open handles ${afterStart?.handles[index] ?? 0} -> ${last?.handles[index] ?? 0}`,
  );
});
const [first, end] = [percentile(99, 0, EDGE_MINUTES), percentile(99, MINUTES - EDGE_MINUTES, MINUTES)];
console.log(
  `turns   p99 ${first.toFixed(0)} ms in the first ${EDGE_MINUTES} min, ${end.toFixed(0)} ms in the last (x ${(end / first).toFixed(2)})`,
);
console.log(`load    ${JSON.stringify(counts)} in ${MINUTES} minutes`);
await installation.close();
await mock.child.stop();
pages.close();
