/**
 * What a change does to a turn: this build and that of another checkout, measured by turns, since a machine that is
 * shared changes its speed within minutes by more than most changes do.
 *
 *     npm run bench:turn -- --against FOLDER [--rounds 4] [--seconds 5] [--retrieval none|openai|local]
 *
 * FOLDER is a checkout that is built (`npm ci`). Otherwise as without it; both use one database, whose schema is that of
 * this build, and flags of Node may differ instead of the code: `--flags-there` and `--flags-here`.
 */
import { parseArgs } from 'node:util';
import { AskedTurns, type BenchRetrieval } from './support/asked-turns.js';
import { Child } from './support/child.js';
import { Installation } from './support/installation.js';
import { measureLoad, type MeasuredLoad, WARM_UP_CALLS, warmUp } from './support/measured-load.js';

const { values } = parseArgs({
  options: {
    against: { type: 'string', default: '.' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    retrieval: { type: 'string', default: 'none' },
    concurrency: { type: 'string', default: '1,50' },
    'flags-there': { type: 'string', default: '' },
    'flags-here': { type: 'string', default: '' },
  },
});
const SECONDS = Number(values.seconds);
const KINDS = {
  plain: { headers: {}, firstWords: undefined },
  streaming: { headers: { accept: 'text/event-stream' }, firstWords: 'event: message.delta' },
} as const;
const retrieval = values.retrieval as BenchRetrieval;

const mock = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
const installation = await Installation.open({
  OPENAI_BASE_URL: `http://127.0.0.1:${mock.match[1] ?? ''}/v1`,
  OPENAI_API_KEY: 'bench',
  EMBEDDINGS: retrieval === 'openai' ? 'openai' : 'local',
});
const there = await installation.startApi({ folder: values.against, flags: values['flags-there'] });
const here = await installation.startApi({ flags: values['flags-here'] });
const turns = await AskedTurns.of(installation, here.url, retrieval);

function mean(loads: readonly MeasuredLoad[], of: (load: MeasuredLoad) => number): number {
  return loads.reduce((sum, load) => sum + of(load), 0) / loads.length;
}

/** From there to here, with the change. */
function told(
  { was, is }: { readonly was: readonly MeasuredLoad[]; readonly is: readonly MeasuredLoad[] },
  of: (load: MeasuredLoad) => number,
  digits: number,
): string {
  const [before, now] = [mean(was, of), mean(is, of)];
  const change = ((now / before - 1) * 100).toFixed(0).padStart(4);
  return `${before.toFixed(digits).padStart(7)} ${now.toFixed(digits).padStart(7)} ${change} %`;
}

for (const { headers } of Object.values(KINDS))
  for (const { url } of [there, here])
    await warmUp(url, await turns.calls(headers, undefined, WARM_UP_CALLS));
console.log(`retrieval: ${retrieval}; ${values.rounds} times ${SECONDS} s each; there and here\n`);
console.log('            at once        CPU ms a turn              turns/s');
for (const concurrency of values.concurrency.split(',').map(Number)) {
  for (const [kind, { headers, firstWords }] of Object.entries(KINDS)) {
    const seen = { was: [] as MeasuredLoad[], is: [] as MeasuredLoad[] };
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const both = [
        { api: there, into: seen.was },
        { api: here, into: seen.is },
      ];
      for (const { api, into } of round % 2 === 0 ? both : both.reverse()) {
        const calls = await turns.calls(headers, firstWords, SECONDS * 900);
        into.push(await measureLoad(api, concurrency, SECONDS, calls));
      }
    }
    const cpu = told(seen, ({ cpuMs }) => cpuMs, 2);
    const speed = told(seen, ({ perSecond }) => perSecond, 0);
    console.log(`${kind.padEnd(10)} ${String(concurrency).padStart(8)}  ${cpu}  ${speed}`);
  }
}
await installation.close();
await mock.child.stop();
