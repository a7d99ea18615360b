/**
 * What a page of the history takes with 10,000 and with 1,000,000 messages: lists of conversations, plain and filtered,
 * and the messages of a conversation, the first page and one from deep inside.
 *
 *     npm run bench:history [-- --messages 1000000]
 *
 * Over HTTP, each size in a database of its own on the Postgres of DATABASE_URL. Ten messages a conversation, one
 * conversation with a hundredth of them all; one answer in ten was not found, one in fifty is rated.
 */
import { parseArgs } from 'node:util';
import { Installation, signUp } from './support/installation.js';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '1000000' } } });
const SMALL = 10_000;
const LARGE = Number(values.messages);
const CALLS = 60;
/** Of 50; reached by pages of 200. */
const DEEP_PAGE = 10_000;
const NOW = Date.now();
const A_CONVERSATION = 10;

/** A history of some size, and what asks for pages of it. */
interface History {
  readonly installation: Installation;
  readonly times: ReadonlyMap<string, number>;
}

/** A UUIDv7 of row `n` of a series that ends now, one every 10 s. */
const idAt = (n: string, kind: string): string =>
  `(overlay(lpad(to_hex(${NOW} - (${n})::bigint * 10000), 12, '0') placing '-' from 9 for 0)
    || '-7' || lpad(to_hex((${n}) % 4096), 3, '0') || '-8${kind}' || substr(md5('${kind}' || (${n})), 1, 2)
    || '-' || substr(md5('${kind}' || (${n})), 3, 12))::uuid`;

/** The same for a message, which is a little younger than its conversation: partitions are told apart by ids. */
const MESSAGE_ID = `(overlay(lpad(to_hex(${NOW} - n::bigint * 10000 + position), 12, '0') placing '-' from 9 for 0)
  || '-7' || lpad(to_hex(position % 4096), 3, '0') || '-8' || substr(md5(n || '/' || position), 1, 3)
  || '-' || substr(md5(n || '/' || position), 4, 12))::uuid`;

async function fill(
  installation: Installation,
  { workspaceId, botId }: { workspaceId: string; botId: string },
  messages: number,
): Promise<string> {
  const conversations = messages / A_CONVERSATION;
  await installation.withDatabase(async (client) => {
    await client.query(
      `select history.add_month(month::date) from generate_series(
         date_trunc('month', now() - $1 * interval '10 seconds'), now(), interval '1 month') month`,
      [conversations],
    );
    await client.query(
      `insert into conversations (id, workspace_id, bot_id, channel, external_user_id, created_by_id, message_count,
         last_message_at, created_at, updated_at)
       select ${idAt('n', 'a')}, $1, $2, case when n % 5 = 0 then 'playground' else 'api' end, 'user-' || n % 1000, user_id,
         case when n = 7 then $3::int / 100 else ${A_CONVERSATION} end, now(), now() - n * interval '10 seconds', now()
       from memberships, generate_series(1, $4::int) n where workspace_id = $1`,
      [workspaceId, botId, messages, conversations],
    );
    await client.query(
      `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, answered, created_at)
       select ${MESSAGE_ID}, $1, ${idAt('n', 'a')}, gen_random_uuid(), position,
         case when position % 2 = 1 then 'user' else 'assistant' end,
         'Something that was said about bicycles and how long it takes to repair them. ' || n || '/' || position, 'complete',
         case when position % 2 = 0 then (n + position) % 10 <> 0 end, now() - n * interval '10 seconds'
       from generate_series(1, $2::int) n,
         generate_series(1, case when n = 7 then $3::int / 100 else ${A_CONVERSATION} end) position`,
      [workspaceId, conversations, messages],
    );
    await client.query(
      `insert into message_feedback (id, workspace_id, message_id, conversation_id, rating, actor_id, created_at,
         updated_at)
       select gen_random_uuid(), m.workspace_id, m.id, m.conversation_id, case when random() < 0.5 then 'up' else 'down' end, c.created_by_id,
         now(), now()
       from messages m join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
       where m.role = 'assistant' and random() < 0.02`,
    );
    await client.query('vacuum analyze');
  });
  const { rows } = await installation.withDatabase((client) =>
    client.query<{ id: string }>('select id from conversations order by message_count desc limit 1'),
  );
  return rows[0]?.id ?? '';
}

async function measure(messages: number): Promise<History> {
  const installation = await Installation.open({ LOG_LEVEL: 'warn' });
  const { url } = await installation.startApi();
  const { call, workspaceId } = await signUp(url);
  const bot = await call<{ id: string }>('POST', '/v1/bots', { name: 'History' });
  const begun = performance.now();
  const longest = await fill(installation, { workspaceId, botId: bot.id }, messages);
  console.log(`${messages} messages written in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  const day = 86_400_000;
  const span = (messages / A_CONVERSATION) * 10_000;
  const from = new Date(Date.now() - span / 2 - day / 24).toISOString();
  const to = new Date(Date.now() - span / 2).toISOString();
  const list = '/v1/conversations?limit=50';
  const paths = new Map([
    ['conversations', list],
    ['of a bot', `${list}&botId=${bot.id}`],
    ['of a person', `${list}&externalUserId=user-7`],
    ['of a channel', `${list}&channel=playground`],
    ['of an hour', `${list}&from=${from}&to=${to}`],
    ['not answered', `${list}&answered=false`],
    ['rated down', `${list}&rating=down`],
    ['messages', `/v1/conversations/${longest}/messages?limit=50`],
  ]);
  const times = new Map<string, number>();
  for (const [name, path] of paths) {
    times.set(name, await medianOf(() => call('GET', path)));
    const deep = await deepPage(call, path, name);
    if (deep) times.set(`${name}, deep`, await medianOf(() => call('GET', deep)));
  }
  return { installation, times };
}

/** The ten-thousandth page of all conversations, otherwise the eightieth; or as far as there are any. */
async function deepPage(
  call: <Body>(method: string, path: string) => Promise<Body>,
  path: string,
  name: string,
): Promise<string | null> {
  let at = path;
  const pages = name === 'conversations' ? DEEP_PAGE / 4 : 20;
  for (let page = 0; page < pages; page += 1) {
    const { nextCursor } = await call<{ nextCursor: string | null }>(
      'GET',
      at.replace('limit=50', 'limit=200'),
    );
    if (nextCursor === null) return name === 'of an hour' || page === 0 ? null : at;
    at = `${path}&cursor=${nextCursor}`;
  }
  return at;
}

async function medianOf(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    const before = performance.now();
    await act();
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b)[CALLS / 2] ?? 0;
}

const small = await measure(SMALL);
const large = await measure(LARGE);
console.log(`\n${'page of 50, median'.padEnd(24)} ${SMALL} messages   ${LARGE} messages   ratio`);
for (const [name, ms] of large.times) {
  const floor = small.times.get(name);
  const ratio = floor === undefined ? '' : `x ${(ms / floor).toFixed(2)}`;
  console.log(
    `${name.padEnd(24)} ${(floor?.toFixed(1) ?? '-').padStart(10)} ms ${ms.toFixed(1).padStart(13)} ms   ${ratio}`,
  );
}
await Promise.all([small.installation.close(), large.installation.close()]);
