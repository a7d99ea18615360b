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
import { Child } from './support/child.js';
import { Installation, signUp } from './support/installation.js';
import { type Call, Load, type LoadReport } from './support/load.js';
import { indexSquad } from './support/squad-database.js';
import { loadSquad } from './support/squad.js';

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
const TURNS_A_CONVERSATION = 6;
const STREAM = { accept: 'text/event-stream' };
const retrieval = values.retrieval as 'none' | 'openai' | 'local';

const mock = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
const mockUrl = `http://127.0.0.1:${mock.match[1] ?? ''}`;
const bare = await Child.start('dist/bench/support/bare-route.js', [`${mockUrl}/v1`], /port (\d+)/);
const bareUrl = `http://127.0.0.1:${bare.match[1] ?? ''}`;
const installation = await Installation.open({
  OPENAI_BASE_URL: `${mockUrl}/v1`,
  OPENAI_API_KEY: 'bench',
  EMBEDDINGS: retrieval === 'openai' ? 'openai' : 'local',
  ...(values.profile ? { NODE_FLAGS: `--cpu-prof --cpu-prof-dir=${values.profile}` } : {}),
});
const api = await installation.startApi();
const team = await signUp(api.url);
const bot = await team.call<{ id: string }>('POST', '/v1/bots', {
  name: 'Bench',
  instructions: 'You answer questions about a workshop.',
  model: { provider: 'openai', name: 'bench' },
});
const questions = retrieval === 'none' ? ['When is my bicycle ready?'] : await questionsOfIndexedBot();

/** Gives the bot the 650 passages, and questions about them. */
async function questionsOfIndexedBot(): Promise<string[]> {
  const squad = loadSquad();
  await indexSquad(
    installation,
    { workspaceId: team.workspaceId, botId: bot.id, embeddings: retrieval },
    squad,
  );
  return squad.questions.map(({ question }) => question);
}

/** Conversations that nobody has used, so that histories stay as long as in real ones. */
async function freshConversations(count: number): Promise<string[]> {
  const { rows } = await installation.withDatabase(async (client) => {
    const made = await client.query<{ id: string }>(
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, created_at, updated_at)
       select gen_random_uuid(), $1, $2, 'api', user_id, now(), now()
       from memberships, generate_series(1, $3) where workspace_id = $1 returning id`,
      [team.workspaceId, bot.id, count],
    );
    // As autovacuum does within a minute: statements that were planned for empty tables are planned again.
    await client.query('analyze conversations, messages, bots');
    return made;
  });
  return rows.map(({ id }) => id);
}

let asked = 0;

/** Turns of the product; each caller talks in conversations of its own. */
async function turns(
  headers: Record<string, string>,
  firstWords?: string,
  most = SECONDS * 900,
): Promise<(caller: number) => Call> {
  const free = await freshConversations(Math.ceil(most / TURNS_A_CONVERSATION) + 50);
  const current = new Map<number, { id: string; left: number }>();
  return (caller) => {
    let conversation = current.get(caller);
    if (!conversation || conversation.left === 0) {
      conversation = { id: free.pop() ?? '', left: TURNS_A_CONVERSATION };
      current.set(caller, conversation);
    }
    conversation.left -= 1;
    return {
      path: `/v1/conversations/${conversation.id}/messages`,
      body: { content: questions[asked++ % questions.length] ?? '' },
      headers: { authorization: `Bearer ${team.token}`, ...headers },
      ...(firstWords ? { firstWords } : {}),
    };
  };
}

async function measure(
  url: string,
  concurrency: number,
  next: (caller: number) => Call,
  child: Child,
): Promise<LoadReport & { cpuMs: number }> {
  const load = new Load(url, concurrency);
  await load.run(concurrency, Math.min(2, SECONDS / 2), next);
  const before = child.cpuSeconds;
  const report = await load.run(concurrency, SECONDS, next);
  const cpuMs = ((child.cpuSeconds - before) * 1_000) / report.calls;
  await load.close();
  return { ...report, cpuMs };
}

const content = { content: questions[0] };
const toBare =
  (headers = {}, firstWords?: string) =>
  (): Call => ({
    ...{ path: '/ask', body: content, headers },
    ...(firstWords ? { firstWords } : {}),
  });
const toMock = (): Call => ({
  path: '/v1/chat/completions',
  body: { model: 'bench', stream: true, messages: [{ role: 'user', ...content }] },
  firstWords: '"content":"T',
});
const number = (value: number, digits = 1, width = 8): string => value.toFixed(digits).padStart(width);

/** A process that has just started is still being compiled by V8: so many calls of each kind, for both sides alike. */
const WARM_UP_CALLS = 8_000;

async function warmUp(url: string, next: (caller: number) => Call): Promise<void> {
  const load = new Load(url, 10);
  await load.runCalls(10, WARM_UP_CALLS, next);
  await load.close();
}

for (const headers of [{}, STREAM]) {
  await warmUp(bareUrl, toBare(headers));
  await warmUp(api.url, await turns(headers, undefined, WARM_UP_CALLS));
}
console.log(`retrieval: ${retrieval}; ${SECONDS} s each\n`);
console.log(
  '            at once   bare/s   turns/s   ratio   CPU ms (bare)    p50 ms    first ms (provider)',
);
for (const concurrency of CONCURRENCIES) {
  if (values.only !== 'stream') {
    const floor = await measure(bareUrl, concurrency, toBare(), bare.child);
    const ours = await measure(api.url, concurrency, await turns({}), api.child);
    console.log(
      `plain      ${number(concurrency, 0)} ${number(floor.perSecond, 0)}  ${number(ours.perSecond, 0)}${number(ours.perSecond / floor.perSecond, 2)}${number(ours.cpuMs, 2)} (${floor.cpuMs.toFixed(2)}) ${number(ours.total.p50)}`,
    );
  }
  if (values.only === 'plain') continue;
  const provider = await measure(mockUrl, concurrency, toMock, mock.child);
  const floor = await measure(bareUrl, concurrency, toBare(STREAM, 'data: {"text"'), bare.child);
  const ours = await measure(api.url, concurrency, await turns(STREAM, 'event: message.delta'), api.child);
  console.log(
    `streaming  ${number(concurrency, 0)} ${number(floor.perSecond, 0)}  ${number(ours.perSecond, 0)}${number(ours.perSecond / floor.perSecond, 2)}${number(ours.cpuMs, 2)} (${floor.cpuMs.toFixed(2)}) ${number(ours.total.p50)} ${number(ours.first.p50)} (${provider.first.p50.toFixed(1)}; +${(ours.first.p50 - provider.first.p50).toFixed(1)})`,
  );
}
console.log(`\nAPI process: ${api.child.rssMb.toFixed(0)} MB`);
await installation.close();
await Promise.all([mock.child.stop(), bare.child.stop()]);
