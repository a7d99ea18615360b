import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ScriptedServer } from '../integration/providers/scripted-server.js';
import { apiClient, type ApiClient } from '../support/api-client.js';
import { type Cluster, describeOnCluster } from '../support/cluster.js';
import { ServerProxy } from '../support/server-proxy.js';
import { eventually } from '../support/eventually.js';
import { createBot, openConversation } from '../support/journey.js';
import { residentMib } from '../support/process-memory.js';
import { RawConnection } from '../support/raw-connection.js';
import type { TestServer } from '../support/server.js';
import { startTalkingModel } from '../support/talking-model.js';

const IDLE_STREAMS = 500;
const HALF_OPEN = 1_000;
const SLOW_READERS = 20;
/** An answer of 400,000 characters: more than a connection takes in that nobody reads. */
const LONG_QUESTION = `${'x'.repeat(36)} words=9000`;
/** How long a server waits for the head of a request; it looks every two seconds. */
const HEAD_LIMIT_MS = 10_000;
/** What others may wait longer for slow clients' sake, on a machine that has other things to do. */
const HARDLY_MS = 250;

/** How long 95 of 100 calls of somebody else take at most. */
async function latencyMs(client: ApiClient): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < 100; call += 1) {
    const before = performance.now();
    const { status } = await client.get('/v1/auth/me');
    if (status !== 200) throw new Error(`Somebody else was answered ${String(status)}.`);
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b)[94] ?? Number.NaN;
}

describeOnCluster('an API with slow clients', (open) => {
  let cluster: Cluster;
  let model: ScriptedServer;
  let proxy: ServerProxy;
  let api: TestServer;
  let owner: ApiClient;
  let workspaceId: string;
  let database: pg.Client;
  let quietMs: number;
  let connections: RawConnection[] = [];

  beforeAll(async () => {
    model = await startTalkingModel();
    cluster = await open({ OPENAI_BASE_URL: model.baseUrl, RATE_LIMIT_PER_MINUTE: '1000000' });
    database = new pg.Client({ connectionString: cluster.database.url });
    proxy = await ServerProxy.start(cluster.database.url ?? '');
    [api] = await Promise.all([cluster.startApi({ DATABASE_URL: proxy.url }), database.connect()]);
    const { body } = await apiClient(api.url).post<{ accessToken: string; workspace: { id: string } }>(
      '/v1/auth/register',
      { email: 'ada@example.com', password: 'Correct-horse-7-battery', workspaceName: 'Acme' },
    );
    owner = apiClient(api.url, body.accessToken);
    workspaceId = body.workspace.id;
    await latencyMs(owner);
    quietMs = await latencyMs(owner);
  });

  afterEach(() => {
    connections.forEach((connection) => {
      connection.close();
    });
    connections = [];
  });

  afterAll(async () => {
    await database?.end();
    await cluster?.close();
    await proxy?.close();
    await model?.stop();
  });

  const dial = async (bytes: string): Promise<RawConnection> => {
    const connection = await RawConnection.open(api.url, bytes);
    connections.push(connection);
    return connection;
  };
  const dialAndRead = async (bytes: string): Promise<void> => {
    (await dial(bytes)).read();
  };
  const request = (method: string, path: string, body = ''): string =>
    [
      `${method} ${path} HTTP/1.1`,
      'Host: api.example',
      `Authorization: Bearer ${owner.token ?? ''}`,
      'Accept: text/event-stream',
      'Content-Type: application/json',
      `Content-Length: ${String(body.length)}`,
      '',
      body,
    ].join('\r\n');
  /** Jobs that no worker will run. */
  const addJobs = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => randomUUID());
    await database.query(
      `insert into jobs (id, workspace_id, queue, type, payload, max_attempts, backoff_ms, run_after, created_at, updated_at)
       select unnest($1::uuid[]), $2, 'ingest', 'datasource.sync', '{}', 1, 1, now(), now(), now()`,
      [ids, workspaceId],
    );
    return ids;
  };
  const queriesPerSecond = async (): Promise<number> => {
    const [before, from] = [proxy.sent, performance.now()];
    await sleep(2_100);
    return (proxy.sent - before) / ((performance.now() - from) / 1_000);
  };

  it('looks after 500 idle streams with a few queries a second, and tells each of what happens', async () => {
    const jobIds = await addJobs(IDLE_STREAMS);
    const before = residentMib(api.pid);
    await Promise.all(jobIds.map((id) => dialAndRead(request('GET', `/v1/jobs/${id}/events`))));
    const heard = (event: string): number =>
      connections.filter(({ received }) => received.includes(event)).length;
    await eventually(
      () => heard('job.queued'),
      (count) => count === IDLE_STREAMS,
    );

    const perSecond = await queriesPerSecond();
    const othersMs = await latencyMs(owner);
    const grownMib = residentMib(api.pid) - before;
    await database.query(`update jobs set state = 'cancelled', finished_at = now()`);
    await eventually(
      () => heard('job.cancelled'),
      (count) => count === IDLE_STREAMS,
      3_000,
    );

    expect(perSecond).toBeLessThan(20);
    expect(othersMs).toBeLessThan(quietMs + HARDLY_MS);
    expect(grownMib).toBeLessThan(100);
  });

  it('drops 1,000 half-open connections, not an idle one, and serves others meanwhile', async () => {
    const idle = new Agent({ keepAlive: true, maxSockets: 1 });
    const isReused = async (): Promise<boolean> => {
      const call = get(`${api.url}/health/live`, { agent: idle });
      const [answer] = (await once(call, 'response')) as [IncomingMessage];
      await once(answer.resume(), 'end');
      return call.reusedSocket;
    };
    await isReused();
    const before = residentMib(api.pid);
    const openedAt = performance.now();
    const starts = ['', 'GET /health/live HTTP/1.1\r\nHost: api.example\r\nX-Half'];
    await Promise.all(Array.from({ length: HALF_OPEN }, (_, n) => dialAndRead(starts[n % 2] ?? '')));

    const othersMs = await latencyMs(owner);
    const grownMib = residentMib(api.pid) - before;
    await eventually(
      () => connections.filter(({ closedAt }) => closedAt === null).length,
      (left) => left === 0,
      HEAD_LIMIT_MS + 5_000,
    );

    expect(Math.min(...connections.map(({ closedAt }) => closedAt ?? 0)) - openedAt).toBeGreaterThan(
      HEAD_LIMIT_MS - 2_000,
    );
    expect(await isReused()).toBe(true);
    expect(othersMs).toBeLessThan(quietMs + HARDLY_MS);
    expect(grownMib).toBeLessThan(50);
    idle.destroy();
  });

  it('lets nobody wait for readers who take a byte a second', async () => {
    const bot = await createBot(owner, { model: { provider: 'openai', name: 'talker' } });
    const body = JSON.stringify({ content: LONG_QUESTION });
    const askAll = async (ask: (path: string) => Promise<unknown>): Promise<void> => {
      const ids = Array.from({ length: SLOW_READERS }, () => openConversation(owner, bot.id));
      await Promise.all((await Promise.all(ids)).map((id) => ask(`/v1/conversations/${id}/messages`)));
    };
    const saved = async (): Promise<number> => {
      const { rows } = await database.query<{ count: number }>(
        `select count(*)::int as count from messages where role = 'assistant' and status = 'complete'`,
      );
      return rows[0]?.count ?? 0;
    };
    // What such answers cost with readers who read, garbage included, is not what is measured.
    await askAll((path) => owner.stream(path, { content: LONG_QUESTION }));
    const before = residentMib(api.pid);

    await askAll(async (path) => {
      const reader = await dial(request('POST', path, body));
      void reader.readSlowly();
    });
    await eventually(saved, (count) => count === 2 * SLOW_READERS, 15_000);
    const othersMs = await latencyMs(owner);
    const grownMib = residentMib(api.pid) - before;

    expect(Math.max(...connections.map(({ received }) => received.length))).toBeLessThan(20);
    expect(connections.every(({ closedAt }) => closedAt === null)).toBe(true);
    expect(othersMs).toBeLessThan(quietMs + HARDLY_MS);
    expect(grownMib).toBeLessThan(10 * SLOW_READERS);
  });
});
