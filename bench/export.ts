/**
 * How fast messages are taken out, and what it takes in memory, beside a bare COPY of the same columns in the same run.
 *
 *     npm run bench:export [-- --messages 200000]
 *
 * Ten messages a conversation. COPY writes CSV to this process, over the same connection as everybody's; an export is
 * read, written and kept by a worker. On the Postgres and Redis of DATABASE_URL and REDIS_URL.
 */
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { to as copyTo } from 'pg-copy-streams';
import type { Child } from './support/child.js';
import { type ApiCall, Installation, signUp } from './support/installation.js';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '200000' } } });
const MESSAGES = Number(values.messages);
const A_CONVERSATION = 10;
const WEIGH_EVERY_MS = 50;
/** Each look costs the machine something that the export could do with. */
const WEIGHED_A_LOOK = 10;
const COLUMNS = ['id', 'conversationId', 'turnId', 'position', 'role', 'content', 'status', 'createdAt'];
const FORMATS = ['csv', 'jsonl', 'parquet', 'xlsx'] as const;
const COPY = `copy (select id, conversation_id, turn_id, position, role, content, status, created_at from messages
  order by conversation_id, position) to stdout (format csv)`;
/** A UUIDv7 of now. */
const ID = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
  || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`;

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
  readonly grownMb: number;
}

async function fill(installation: Installation, botId: string): Promise<void> {
  await installation.withDatabase(async (client) => {
    await client.query(
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, message_count, last_message_at,
         created_at, updated_at)
       select ${ID}, b.workspace_id, b.id, 'api', b.id, $2, now(), now(), now()
       from bots b, generate_series(1, $3::int) where b.id = $1`,
      [botId, A_CONVERSATION, Math.ceil(MESSAGES / A_CONVERSATION)],
    );
    await client.query(
      `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
       select ${ID}, c.workspace_id, c.id, c.id, n, case when n % 2 = 1 then 'user' else 'assistant' end,
         'Something that was said about bicycles, and how long it takes to repair "them". ' || repeat(md5(n || c.id::text), 3),
         'complete', now()
       from conversations c, generate_series(1, $1::int) n`,
      [A_CONVERSATION],
    );
    await client.query('vacuum analyze');
  });
}

async function copySeconds(installation: Installation): Promise<number> {
  return installation.withDatabase(async (client) => {
    const begun = performance.now();
    const nowhere = new Writable({
      write: (_, __, done) => {
        done();
      },
    });
    await pipeline(client.query(copyTo(COPY)), nowhere);
    return (performance.now() - begun) / 1_000;
  });
}

interface Seen {
  readonly id: string;
  readonly status: string;
  readonly bytes: number;
  readonly job: { readonly id: string };
}

async function measure(call: ApiCall, worker: Child, format: (typeof FORMATS)[number]): Promise<Measured> {
  const body = { resource: 'messages', format, columns: COLUMNS };
  const before = worker.rssMb;
  const begun = await call<Seen>('POST', '/v1/exports', body);
  let most = before;
  for (let seen = begun; ;) {
    if (seen.status === 'ready') {
      const job = await call<{ startedAt: string; finishedAt: string }>('GET', `/v1/jobs/${seen.job.id}`);
      const seconds = (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1_000;
      return { seconds, megabytes: seen.bytes / 1_048_576, grownMb: most - before };
    }
    if (seen.status === 'failed') throw new Error(`The export as ${format} failed.`);
    for (let weighed = 0; weighed < WEIGHED_A_LOOK; weighed += 1) {
      most = Math.max(most, worker.rssMb);
      await sleep(WEIGH_EVERY_MS);
    }
    seen = await call<Seen>('GET', `/v1/exports/${seen.id}`);
  }
}

const installation = await Installation.open({ LOG_LEVEL: 'warn' });
try {
  const { url } = await installation.startApi();
  const worker = await installation.startWorker();
  const { call } = await signUp(url);
  const { id: botId } = await call<{ id: string }>('POST', '/v1/bots', { name: 'Exports' });
  await fill(installation, botId);
  await copySeconds(installation);
  console.log(`${MESSAGES} messages, ${COLUMNS.length} columns`);
  for (const format of FORMATS) {
    const [first, one, last] = [
      await copySeconds(installation),
      await measure(call, worker, format),
      await copySeconds(installation),
    ];
    const copied = (first + last) / 2;
    console.log(
      `${format.padEnd(8)} ${one.seconds.toFixed(1)} s, ${(MESSAGES / one.seconds).toFixed(0)} rows/s, ${one.megabytes.toFixed(0)} MB; ` +
        `COPY ${copied.toFixed(1)} s: ${((100 * copied) / one.seconds).toFixed(0)} % of its rate; RSS grew by ${one.grownMb.toFixed(0)} MB`,
    );
  }
} finally {
  await installation.close();
}
