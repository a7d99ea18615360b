/**
 * What a turn costs beside a bare NestJS route that only forwards to the same provider: throughput, CPU of the API
 * process, and how much later the first words come than the provider says them.
 *
 *     npm run bench:turn [-- --seconds 5] [-- --retrieval none|openai|local]
 *
 * On the Postgres and Redis of DATABASE_URL and REDIS_URL, in a database of its own. The provider is a stand-in that
 * answers at once. Everything shares the machine: API, provider, Postgres, Redis and the callers.
 */
import { parseArgs } from 'node:util';
import { AskedTurns, type BenchRetrieval } from './support/asked-turns.js';
import { Child } from './support/child.js';
import { Installation } from './support/installation.js';
import type { Call } from './support/load.js';
import { measureLoad, type MeasuredLoad, WARM_UP_CALLS, warmUp } from './support/measured-load.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    retrieval: { type: 'string', default: 'none' },
    concurrency: { type: 'string', default: '1,10,50' },
    only: { type: 'string', default: '' },
    profile: { type: 'string', default: '' },
  },
});
const SECONDS = Number(values.seconds);
const CONCURRENCIES = values.concurrency.split(',').map(Number);
const MOST_CALLS = SECONDS * 900;
const STREAM = { accept: 'text/event-stream' };
const retrieval = values.retrieval as BenchRetrieval;

const mock = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
const provider = { child: mock.child, url: `http://127.0.0.1:${mock.match[1] ?? ''}` };
const route = await Child.start('dist/bench/support/bare-route.js', [`${provider.url}/v1`], /port (\d+)/);
const bare = { child: route.child, url: `http://127.0.0.1:${route.match[1] ?? ''}` };
const installation = await Installation.open({
  OPENAI_BASE_URL: `${provider.url}/v1`,
  OPENAI_API_KEY: 'bench',
  EMBEDDINGS: retrieval === 'openai' ? 'openai' : 'local',
  ...(values.profile ? { NODE_FLAGS: `--cpu-prof --cpu-prof-dir=${values.profile}` } : {}),
});
const api = await installation.startApi();
const turns = await AskedTurns.of(installation, api.url, retrieval);

const { content } = turns;
const toBare =
  (headers = {}, firstWords?: string) =>
  (): Call => ({
    ...{ path: '/ask', body: { content }, headers },
    ...(firstWords ? { firstWords } : {}),
  });
const toMock = (): Call => ({
  path: '/v1/chat/completions',
  body: { model: 'bench', stream: true, messages: [{ role: 'user', content }] },
  firstWords: '"content":"T',
});
const number = (value: number, digits = 1, width = 8): string => value.toFixed(digits).padStart(width);

async function measureTurns(
  concurrency: number,
  headers: Readonly<Record<string, string>>,
  firstWords?: string,
): Promise<MeasuredLoad> {
  const calls = await turns.calls(headers, firstWords, MOST_CALLS);
  return measureLoad(api, concurrency, SECONDS, calls);
}

for (const headers of [{}, STREAM]) {
  await warmUp(bare.url, toBare(headers));
  await warmUp(api.url, await turns.calls(headers, undefined, WARM_UP_CALLS));
}
console.log(`retrieval: ${retrieval}; ${SECONDS} s each\n`);
console.log(
  '            at once   bare/s   turns/s   ratio   CPU ms (bare)    p50 ms    first ms (provider)',
);
for (const concurrency of CONCURRENCIES) {
  if (values.only !== 'stream') {
    const floor = await measureLoad(bare, concurrency, SECONDS, toBare());
    const ours = await measureTurns(concurrency, {});
    console.log(
      `plain      ${number(concurrency, 0)} ${number(floor.perSecond, 0)}  ${number(ours.perSecond, 0)}${number(ours.perSecond / floor.perSecond, 2)}${number(ours.cpuMs, 2)} (${floor.cpuMs.toFixed(2)}) ${number(ours.total.p50)}`,
    );
  }
  if (values.only === 'plain') continue;
  const said = await measureLoad(provider, concurrency, SECONDS, toMock);
  const floor = await measureLoad(bare, concurrency, SECONDS, toBare(STREAM, 'data: {"text"'));
  const ours = await measureTurns(concurrency, STREAM, 'event: message.delta');
  console.log(
    `streaming  ${number(concurrency, 0)} ${number(floor.perSecond, 0)}  ${number(ours.perSecond, 0)}${number(ours.perSecond / floor.perSecond, 2)}${number(ours.cpuMs, 2)} (${floor.cpuMs.toFixed(2)}) ${number(ours.total.p50)} ${number(ours.first.p50)} (${said.first.p50.toFixed(1)}; +${(ours.first.p50 - said.first.p50).toFixed(1)})`,
  );
}
console.log(`\nAPI process: ${api.child.rssMb.toFixed(0)} MB`);
await installation.close();
await Promise.all([mock.child.stop(), route.child.stop()]);
