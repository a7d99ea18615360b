/**
 * What a page of the history takes with 10,000 and with 1,000,000 messages: lists of conversations, plain and filtered,
 * and the messages of a conversation, the first page and one from deep inside; what a turn in the longest conversation
 * takes, with a stand-in of a provider that answers at once; and what searches take: of common words, of
 * rare ones, of phrases and beginnings, of a bot within thirty days and of all that was said.
 *
 *     npm run bench:history [-- --messages 1000000] [--searches 60] [--keep]
 *     npm run bench:history -- --database colloquy_bench_0123abcd
 *
 * `--keep` leaves the large history and names its database, in which `--database` searches again, without anything else.
 * Over HTTP, each size in a database of its own on the Postgres of DATABASE_URL. Ten messages a conversation, one
 * conversation with a hundredth of them all; one answer in ten was not found, one in fifty is rated; a bot has three of
 * four conversations, another the rest. What is said comes from `conversations-sgd` in the folder in COLLOQUY_DATA (default
 * `../shared/data`).
 */
import { parseArgs } from 'node:util';
import type { Client } from 'pg';
import { lexemesOf, placeLexeme } from '../src/modules/conversations/search/message-lexemes.js';
import { Child } from './support/child.js';
import { type ApiCall, Installation, signIn, signUp } from './support/installation.js';
import { sayings } from './support/sayings.js';
import { RARE_SAYING, searchKinds } from './support/searches.js';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    searches: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
    database: { type: 'string' },
  },
});
const SAYINGS = sayings();
const SEARCHES = Number(values.searches);
const EMAIL = 'history@example.com';
const SEARCHED_DAYS = 30;
const DAY_MS = 86_400_000;
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
  readonly paths: ReadonlyMap<string, string>;
  readonly botId: string;
  readonly call: ApiCall;
  readonly get: (path: string) => Promise<unknown>;
  /** A turn in the longest conversation. */
  readonly ask: () => Promise<unknown>;
}

interface Place {
  readonly workspaceId: string;
  readonly botId: string;
  readonly otherBotId: string;
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

/** Which of the sayings a message says. */
const SAYING = `case when position = 1 and n % greatest($2::int / 10, 1) = 5 then ${String(SAYINGS.length)}
  else (hashint8(n::bigint * 1000000 + position)::bigint + 2147483648) % ${String(SAYINGS.length)} end`;

async function fill(installation: Installation, place: Place, messages: number): Promise<string> {
  const { workspaceId, botId, otherBotId } = place;
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
       select ${idAt('n', 'a')}, $1, case when n % 4 = 0 then $5::uuid else $2::uuid end, case when n % 5 = 0 then 'playground' else 'api' end, 'user-' || n % 1000, user_id,
         case when n = 7 then $3::int / 100 else ${A_CONVERSATION} end, now(), now() - n * interval '10 seconds', now()
       from memberships, generate_series(1, $4::int) n where workspace_id = $1`,
      [workspaceId, botId, messages, conversations, otherBotId],
    );
    await client.query(
      'create temporary table sayings (id bigint primary key, content text, lexemes tsvector, word_count int)',
    );
    await client.query(
      `insert into sayings select id, content, lexemes::tsvector,
         (select coalesce(sum(array_length(positions, 1)), 0) from unnest(lexemes::tsvector))
       from jsonb_to_recordset($1) as s(id bigint, content text, lexemes text)`,
      [
        JSON.stringify(
          [...SAYINGS, RARE_SAYING].map((content, id) => ({ id, content, lexemes: wordsIn(content) })),
        ),
      ],
    );
    await client.query('analyze sayings');
    await client.query(
      `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, answered, created_at)
       select ${MESSAGE_ID}, $1, ${idAt('n', 'a')}, gen_random_uuid(), position,
         case when position % 2 = 1 then 'user' else 'assistant' end,
         s.content, 'complete', case when position % 2 = 0 then (n + position) % 10 <> 0 end,
         now() - n * interval '10 seconds'
       from generate_series(1, $2::int) n
         cross join generate_series(1, case when n = 7 then $3::int / 100 else ${A_CONVERSATION} end) position
         join sayings s on s.id = ${SAYING}`,
      [workspaceId, conversations, messages],
    );
    await index(client, place);
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

function wordsIn(content: string): string {
  const nowhere = '00000000-0000-0000-0000-000000000000';
  const lexemes = lexemesOf({
    ...{ workspaceId: nowhere, botId: nowhere, messageId: nowhere },
    ...{ content, beside: '' },
  });
  return lexemes
    .split(' ')
    .filter((lexeme) => !lexeme.startsWith("'@"))
    .join(' ');
}

/** As the worker writes it, in the order in which all was said; the index is built when all is there. */
async function index(client: Client, { workspaceId, botId, otherBotId }: Place): Promise<void> {
  const blocks = (place: string): string =>
    [place, ...[6, 5, 4].map((digits) => `${place} || left(m.id::text, ${String(digits)})`)].join(', ');
  const inWorkspace = `'${placeLexeme({ workspaceId })}'`;
  const inBot = `case when c.bot_id = '${botId}' then '${placeLexeme({ workspaceId, botId })}'
    else '${placeLexeme({ workspaceId, botId: otherBotId })}' end`;
  await client.query(
    `set session_replication_role = replica; set maintenance_work_mem = '1GB'; set work_mem = '256MB'`,
  );
  await client.query('drop index message_search_lexemes');
  await client.query(
    `insert into message_search (workspace_id, message_id, conversation_id, bot_id, said_at, word_count, lexemes)
     select m.workspace_id, m.id, m.conversation_id, c.bot_id, m.created_at, s.word_count, s.lexemes || array_to_tsvector(
       array[${blocks(inWorkspace)}, ${blocks(`(${inBot})`)}])
     from messages m join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
       join sayings s on s.content = m.content
     where m.workspace_id = $1 order by m.id`,
    [workspaceId],
  );
  await client.query('create index message_search_lexemes on message_search using gin (lexemes)');
  await client.query('truncate message_search_queue');
  await client.query('set session_replication_role = default');
}

async function open(messages: number, providerUrl: string): Promise<History> {
  const provider = { OPENAI_BASE_URL: providerUrl, OPENAI_API_KEY: 'bench' };
  const installation = await Installation.open({ LOG_LEVEL: 'warn', ...provider });
  const { url } = await installation.startApi();
  const { call, workspaceId } = await signUp(url, EMAIL);
  const bot = await call<{ id: string }>('POST', '/v1/bots', {
    name: 'History',
    model: { provider: 'openai', name: 'bench' },
  });
  const other = await call<{ id: string }>('POST', '/v1/bots', { name: 'Other' });
  const begun = performance.now();
  const longest = await fill(installation, { workspaceId, botId: bot.id, otherBotId: other.id }, messages);
  console.log(`${messages} messages written in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  const span = (messages / A_CONVERSATION) * 10_000;
  const from = new Date(NOW - span / 2 - DAY_MS / 24).toISOString();
  const to = new Date(NOW - span / 2).toISOString();
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
  for (const [name, path] of [...paths]) {
    const deep = await deepPage(call, path, name);
    if (deep) paths.set(`${name}, deep`, deep);
  }
  return {
    ...{ installation, paths, botId: bot.id, call },
    get: (path) => call('GET', path),
    ask: () => call('POST', `/v1/conversations/${longest}/messages`, { content: 'And now?' }),
  };
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await act();
  return performance.now() - before;
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

/** Calls of both histories by turns, so that both meet the same machine. */
async function timesOf(calls: readonly (() => Promise<unknown>)[], times: number): Promise<number[][]> {
  const all: number[][] = calls.map(() => []);
  for (let index = 0; index < times; index += 1)
    for (const [which, act] of calls.entries()) all[which]?.push(await timeOf(act));
  return all.map((one) => one.sort((a, b) => a - b));
}

function at(sorted: readonly number[] | undefined, share: number): number {
  return sorted?.[Math.floor(sorted.length * share)] ?? NaN;
}

/** Pages of both histories. */
function printPages(name: string, times: readonly (readonly number[])[]): void {
  const [ms = NaN, floor] = times.map((sorted) => at(sorted, 0.5));
  const ratio = floor === undefined ? '' : `x ${(ms / floor).toFixed(2)}`;
  console.log(
    `${name.padEnd(24)} ${(floor?.toFixed(1) ?? '-').padStart(10)} ms ${ms.toFixed(1).padStart(13)} ms   ${ratio}`,
  );
}

/** Of a bot within thirty days, which move over the history, and of all that was said. */
async function search(call: ApiCall, botId: string, newest: number, oldest: number): Promise<void> {
  console.log(`\n${'searches, ms'.padEnd(50)} first    p50    p95    max   hits`);
  for (const { name, texts } of searchKinds(SAYINGS, SEARCHES))
    for (const sort of ['time', 'relevance'])
      for (const place of ['a bot, 30 days', 'everything']) {
        const times: number[] = [];
        let hits = 0;
        for (const [index, q] of texts.entries()) {
          const span = Math.max(0, newest - oldest - SEARCHED_DAYS * DAY_MS);
          const end = newest + 1_000 - (index / texts.length) * span;
          const dates = {
            from: new Date(end - SEARCHED_DAYS * DAY_MS).toISOString(),
            to: new Date(end).toISOString(),
          };
          const query = new URLSearchParams({
            q,
            sort,
            ...(place === 'everything' ? {} : { botId, ...dates }),
          });
          times.push(
            await timeOf(async () => {
              const { data } = await call<{ data: unknown[] }>(
                'GET',
                `/v1/messages/search?${query.toString()}`,
              );
              hits += data.length;
            }),
          );
        }
        const sorted = [...times].sort((a, b) => a - b);
        const figures = [times[0] ?? NaN, at(sorted, 0.5), at(sorted, 0.95), sorted.at(-1) ?? NaN].map((ms) =>
          ms.toFixed(1).padStart(6),
        );
        const label = `${name}, by ${sort}, ${place}`.padEnd(50);
        console.log(`${label}${figures.join(' ')} ${(hits / texts.length).toFixed(0).padStart(6)}`);
      }
}

/** When the first and the last message of a kept history were said. */
async function spanOf(installation: Installation): Promise<{ newest: number; oldest: number }> {
  const { rows } = await installation.withDatabase((client) =>
    client.query<{ ms: number }>(
      `(select extract(epoch from created_at)::float8 * 1000 as ms from messages order by id desc limit 1)
       union all (select extract(epoch from created_at)::float8 * 1000 from messages order by id limit 1)`,
    ),
  );
  const all = rows.map(({ ms }) => ms);
  return { newest: Math.max(...all), oldest: Math.min(...all) };
}

async function printSizes(installation: Installation): Promise<void> {
  const { rows } = await installation.withDatabase((client) =>
    client.query<{ name: string; size: string; bytes: number }>(
      `select relname as name, pg_size_pretty(pg_relation_size(oid)) as size,
         pg_relation_size(oid)::float8 / (select greatest(reltuples, 1) from pg_class where relname = 'message_search') as bytes
       from pg_class where relname in ('message_search', 'message_search_lexemes')`,
    ),
  );
  for (const { name, size, bytes } of rows)
    console.log(`${name}: ${size}, ${bytes.toFixed(0)} bytes a message`);
}

if (values.database === undefined) {
  const mock = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
  const providerUrl = `http://127.0.0.1:${mock.match[1] ?? ''}/v1`;
  const small = await open(SMALL, providerUrl);
  const large = await open(LARGE, providerUrl);
  console.log(`\n${'page of 50, median'.padEnd(24)} ${SMALL} messages   ${LARGE} messages   ratio`);
  for (const [name, path] of large.paths) {
    const other = small.paths.get(name);
    const calls = [() => large.get(path), ...(other === undefined ? [] : [() => small.get(other)])];
    printPages(name, await timesOf(calls, CALLS));
  }
  printPages('a turn in the longest', await timesOf([large.ask, small.ask], CALLS));
  await small.installation.close();
  await mock.child.stop();
  await printSizes(large.installation);
  const { newest, oldest } = await spanOf(large.installation);
  await search(large.call, large.botId, newest, oldest);
  await large.installation.close({ keepsDatabase: values.keep });
  if (values.keep) console.log(`\nkept: ${large.installation.name}`);
} else {
  const installation = await Installation.open({ LOG_LEVEL: 'warn' }, values.database);
  const { url } = await installation.startApi();
  const { call } = await signIn(url, EMAIL);
  const { data: bots } = await call<{ data: { id: string; name: string }[] }>('GET', '/v1/bots');
  await printSizes(installation);
  const { newest, oldest } = await spanOf(installation);
  await search(call, bots.find(({ name }) => name === 'History')?.id ?? '', newest, oldest);
  await installation.close({ keepsDatabase: true });
}
