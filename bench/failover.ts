/**
 * A provider that fails a part of its calls in a mix of ways, beside one that does not: how many turns are answered, is
 * any answered twice, and does what we say they cost agree with what the providers counted.
 *
 *     npm run bench:failover [-- --turns 2000] [-- --concurrency 20] [-- --failing 0.3]
 *
 * On the Postgres and Redis of DATABASE_URL and REDIS_URL, in a database of its own. A turn that breaks off after its
 * first word is asked for again once, as a client would.
 */
import { parseArgs } from 'node:util';
import { Child } from './support/child.js';
import { Installation, signUp } from './support/installation.js';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '20' },
    failing: { type: 'string', default: '0.3' },
  },
});
const TURNS = Number(values.turns);
const PRICE = { input: 2, output: 8 };

interface Ledger {
  readonly calls: number;
  readonly answers: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
interface Usage {
  readonly totals: { readonly calls: number; readonly failedCalls: number; readonly costUsd: string };
}
interface Said {
  readonly role: string;
  readonly status: string;
}

async function startProvider(failing: string): Promise<{ url: string; child: Child }> {
  const { child, match } = await Child.start('dist/bench/support/moody-provider.js', [failing], /port (\d+)/);
  return { child, url: `http://127.0.0.1:${match[1] ?? ''}` };
}
const ledgerOf = async (url: string): Promise<Ledger> =>
  (await (await fetch(`${url}/ledger`)).json()) as Ledger;
const costOf = ({ inputTokens, outputTokens }: Ledger): number =>
  (inputTokens * PRICE.input + outputTokens * PRICE.output) / 1_000_000;

const primary = await startProvider(values.failing);
const backup = await startProvider('0');
const installation = await Installation.open({
  OPENAI_BASE_URL: `${primary.url}/v1`,
  OPENAI_API_KEY: 'bench',
  OUTBOUND_ALLOW: new URL(backup.url).host,
});
const api = await installation.startApi();
const team = await signUp(api.url);
await team.call('POST', '/v1/provider-credentials', {
  ...{ provider: 'openai-compatible', label: 'Backup', baseUrl: `${backup.url}/v1` },
});
for (const provider of ['openai', 'openai-compatible'])
  await team.call('PUT', '/v1/model-overrides', { provider, name: 'bench', price: PRICE });
const bot = await team.call<{ id: string }>('POST', '/v1/bots', {
  name: 'Bench',
  model: { provider: 'openai', name: 'bench', fallbacks: [{ provider: 'openai-compatible', name: 'bench' }] },
});

const send = (path: string, body: object = {}): Promise<Response> =>
  fetch(api.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${team.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Whether the turn was answered, and how many answers it has then. */
async function turn(): Promise<{ answered: boolean; answers: number; askedAgain: boolean }> {
  const { id } = await team.call<{ id: string }>('POST', `/v1/bots/${bot.id}/conversations`, {});
  let { ok } = await send(`/v1/conversations/${id}/messages`, { content: 'When is my bicycle ready?' });
  const askedAgain = !ok;
  const said = async (): Promise<(Said & { id: string })[]> =>
    (await team.call<{ data: (Said & { id: string })[] }>('GET', `/v1/conversations/${id}/messages`)).data;
  if (!ok) ({ ok } = await send(`/v1/messages/${(await said()).at(-1)?.id ?? ''}/retry`));
  const answers = (await said()).filter(
    ({ role, status }) => role === 'assistant' && status === 'complete',
  ).length;
  return { answered: ok, answers, askedAgain };
}

const outcomes: Awaited<ReturnType<typeof turn>>[] = [];
const latencies: number[] = [];
let begun = 0;
const startedAt = performance.now();
await Promise.all(
  Array.from({ length: Number(values.concurrency) }, async () => {
    while (begun < TURNS) {
      begun += 1;
      const from = performance.now();
      outcomes.push(await turn());
      latencies.push(performance.now() - from);
    }
  }),
);
const seconds = (performance.now() - startedAt) / 1_000;

const [first, second] = await Promise.all([ledgerOf(primary.url), ledgerOf(backup.url)]);
const { totals } = await team.call<Usage>('GET', '/v1/usage');
const percent = (part: number): string => `${((part * 100) / TURNS).toFixed(2)} %`;
const charged = costOf(first) + costOf(second);
latencies.sort((a, b) => a - b);
const quantile = (q: number): string => `${(latencies[Math.floor(q * TURNS)] ?? 0).toFixed(0)} ms`;

console.log(
  `${TURNS} turns, ${values.concurrency} at once, in ${seconds.toFixed(0)} s; p50 ${quantile(0.5)}, p99 ${quantile(0.99)}`,
);
console.log(`primary   ${first.calls} calls, ${first.answers} answered; backup ${second.calls} calls`);
console.log(`answered  ${percent(outcomes.filter(({ answered }) => answered).length)}`);
console.log(
  `          ${percent(outcomes.filter(({ askedAgain }) => askedAgain).length)} of them asked for again once`,
);
console.log(`twice     ${outcomes.filter(({ answers }) => answers > 1).length}`);
console.log(
  `ledger    ${totals.calls} calls, ${totals.failedCalls} failed; the providers counted ${first.calls + second.calls} calls`,
);
console.log(`cost      $${Number(totals.costUsd).toFixed(8)}; the providers counted $${charged.toFixed(8)}`);

await installation.close();
await Promise.all([primary.child.stop(), backup.child.stop()]);
