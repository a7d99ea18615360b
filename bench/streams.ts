/**
 * Many slow answers at once through one API process, and whether it stays as small as it was over many answers.
 *
 *     npm run bench:streams [-- --streams 1000] [-- --words 200] [-- --turns 20000]
 *
 * On the Postgres and Redis of DATABASE_URL and REDIS_URL. First so many streams of 20 words a second: how many end as
 * they should, how late words come (each says when it was said), and how long the event loop is held up. Then so many
 * streamed turns, twenty at once, from a provider that answers at once: memory before, after, and how steeply it grows.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Child } from './support/child.js';
import { Installation, signUp } from './support/installation.js';
import { percentilesOf } from './support/load.js';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '1000' },
    words: { type: 'string', default: '200' },
    turns: { type: 'string', default: '20000' },
  },
});
const STREAMS = Number(values.streams);
const WORDS = Number(values.words);
const TURNS = Number(values.turns);
const WORDS_A_SECOND = 20;
/** Streams begin over so long: it is their going on that is measured. */
const BEGIN_MS = STREAMS * 5;
const CALLERS = 20;
const TURNS_A_CONVERSATION = 5;
const SAMPLES = 40;
/** What is read and compiled once is there after this share of the turns. */
const WARM_UP = 0.1;

const folder = mkdtempSync(join(tmpdir(), 'colloquy-loop-'));
const loopReport = join(folder, 'loop.json');
const slow = await Child.start(
  'dist/bench/support/slow-provider.js',
  [String(WORDS_A_SECOND), String(WORDS)],
  /port (\d+)/,
);
const quick = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
const slowHost = `127.0.0.1:${slow.match[1] ?? ''}`;
const installation = await Installation.open({
  ...{ OPENAI_BASE_URL: `http://127.0.0.1:${quick.match[1] ?? ''}/v1`, OPENAI_API_KEY: 'bench' },
  ...{ OUTBOUND_ALLOW: slowHost, LOG_LEVEL: 'warn', LOOP_REPORT: loopReport },
  NODE_FLAGS: `--import=./dist/bench/support/loop-monitor.js`,
});
const api = await installation.startApi();
const team = await signUp(api.url);
await team.call('POST', '/v1/provider-credentials', {
  ...{ provider: 'openai-compatible', label: 'Slow', baseUrl: `http://${slowHost}/v1` },
});

interface Identified {
  readonly id: string;
}

async function botOn(provider: string): Promise<string> {
  const model = { provider, name: 'bench' };
  return (await team.call<Identified>('POST', '/v1/bots', { name: 'Bench', model })).id;
}

async function converse(botId: string): Promise<string> {
  return (await team.call<Identified>('POST', `/v1/bots/${botId}/conversations`, {})).id;
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** One streamed turn, read as cheaply as it can be. @returns whether it ended as it should. */
function stream(conversationId: string, onPart: (text: string) => void = () => undefined): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const call = ask(
    `${api.url}/v1/conversations/${conversationId}/messages`,
    {
      ...{ method: 'POST', agent },
      headers: {
        ...{ authorization: `Bearer ${team.token}`, accept: 'text/event-stream' },
        'content-type': 'application/json',
      },
    },
    (response) => {
      let tail = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        onPart(text);
        tail = (tail + text).slice(-20_000);
      });
      response.on('end', () => resolve(tail.includes('event: message.completed')));
      response.on('error', () => resolve(false));
    },
  );
  call.on('error', () => resolve(false));
  call.end(JSON.stringify({ content: 'When is my bicycle ready?' }));
  return promise;
}

async function slowStreams(): Promise<void> {
  const botId = await botOn('openai-compatible');
  const conversations: string[] = [];
  for (let index = 0; index < STREAMS; index += 1) conversations.push(await converse(botId));
  api.child.signal('SIGUSR2');
  const late: number[] = [];
  const cpuBefore = api.child.cpuSeconds;
  const begun = performance.now();
  const ended = await Promise.all(
    conversations.map(async (id, index) => {
      await sleep((BEGIN_MS * index) / STREAMS);
      let words = 0;
      const isWhole = await stream(id, (text) => {
        const now = performance.timeOrigin + performance.now();
        for (const [event] of text.matchAll(/event: message\.delta\n[^\n]*/g))
          for (const [, saidAt] of event.matchAll(/t(\d+\.\d)/g)) {
            words += 1;
            late.push(now - Number(saidAt));
          }
      });
      return isWhole && words >= WORDS * 0.99;
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  await sleep(1_500);
  const loop = JSON.parse(readFileSync(loopReport, 'utf8')) as { p50: number; p99: number; max: number };
  const { p50, p99 } = percentilesOf(late);
  const dropped = ended.filter((isWhole) => !isWhole).length;
  console.log(
    `${STREAMS} streams of ${WORDS} words, ${WORDS_A_SECOND} a second, in ${seconds.toFixed(0)} s: ${dropped} dropped or cut (target 0)`,
  );
  console.log(
    `words late    p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (target 250 ms), ${late.length} words`,
  );
  console.log(
    `event loop    late by ${loop.p50.toFixed(1)} ms at p50, ${loop.p99.toFixed(1)} at p99, ${loop.max.toFixed(1)} at most`,
  );
  console.log(
    `API process   ${(((api.child.cpuSeconds - cpuBefore) / seconds) * 100).toFixed(0)} % of a core, ${api.child.rssMb.toFixed(0)} MB\n`,
  );
}

interface Sample {
  readonly turns: number;
  readonly rssMb: number;
}

async function manyTurns(): Promise<void> {
  const botId = await botOn('openai');
  const samples: Sample[] = [];
  let [done, failed] = [0, 0];
  const before = api.child.rssMb;
  const every = Math.max(1, Math.floor(TURNS / SAMPLES));
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (done < TURNS) {
        const conversation = await converse(botId);
        for (let turn = 0; turn < TURNS_A_CONVERSATION && done < TURNS; turn += 1) {
          done += 1;
          if (!(await stream(conversation))) failed += 1;
          if (done % every === 0) samples.push({ turns: done, rssMb: api.child.rssMb });
        }
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const warm = samples.filter(({ turns }) => turns >= TURNS * WARM_UP);
  console.log(
    `${TURNS} streamed turns, ${CALLERS} at once, in ${seconds.toFixed(0)} s: ${failed} failed (target 0)`,
  );
  console.log(
    `memory        ${before.toFixed(0)} MB before, ${(warm[0]?.rssMb ?? 0).toFixed(0)} MB after ${Math.floor(TURNS * WARM_UP)}, ${api.child.rssMb.toFixed(0)} MB at the end; slope ${slopeOf(warm).toFixed(2)} MB a thousand turns`,
  );
}

/** The steepness of a line through the samples, a thousand turns. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ turns }) => turns), mean(({ rssMb }) => rssMb)];
  const up = samples.reduce((sum, { turns, rssMb }) => sum + (turns - x) * (rssMb - y), 0);
  return (1_000 * up) / samples.reduce((sum, { turns }) => sum + (turns - x) ** 2, 0);
}

await slowStreams();
await manyTurns();
agent.destroy();
await installation.close();
await Promise.all([slow.child.stop(), quick.child.stop()]);
rmSync(folder, { recursive: true, force: true });
