import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ScriptedServer } from '../integration/providers/scripted-server.js';
import { apiClient, type ApiAnswer, type ApiClient } from '../support/api-client.js';
import { Balancer } from '../support/balancer.js';
import { type Cluster, describeOnCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { createBot, openConversation } from '../support/journey.js';
import { LiveStream } from '../support/live-stream.js';
import { MixedLoad } from '../support/mixed-load.js';
import type { TestServer } from '../support/server.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';
import { startTalkingModel } from '../support/talking-model.js';
import type { WorkerProcess } from '../support/worker-process.js';

const DELAY_MS = 1_000;
const DRAIN_MS = 2_500;
/** Longer than a stopping worker waits for its jobs. */
const SLOW_PAGE_MS = 4_000;
const FOR_EVER = 'long words=2000 every=50';

interface Pair {
  api: TestServer;
  worker: WorkerProcess;
}

/** What an API that stops does to answers that outlive it. */
interface Outlived {
  readonly stream: LiveStream;
  readonly plain: ApiAnswer<Record<string, unknown>>;
  readonly conversationIds: readonly [string, string];
}

describeOnCluster('a rolling restart under load', (open) => {
  let cluster: Cluster;
  let model: ScriptedServer;
  let site: TestSite;
  let balancer: Balancer;
  let owner: ApiClient;
  let load: MixedLoad;
  let database: pg.Client;
  const exitCodes: (number | null)[] = [];
  const outlived: Outlived[] = [];

  beforeAll(async () => {
    [model, site, balancer] = await Promise.all([startTalkingModel(), createSite(), Balancer.start()]);
    cluster = await open({
      OPENAI_BASE_URL: model.baseUrl,
      OUTBOUND_ALLOW: site.host,
      SHUTDOWN_DELAY_MS: String(DELAY_MS),
      DRAIN_TIMEOUT_MS: String(DRAIN_MS),
      RATE_LIMIT_PER_MINUTE: '1000000',
    });
    database = new pg.Client({ connectionString: cluster.database.url });
    const [first, second] = await Promise.all([startPair(), startPair(), database.connect()]);
    balancer.add(first.api.url);
    balancer.add(second.api.url);
    owner = await signUp();
    const bot = await createBot(owner, { model: { provider: 'openai', name: 'talker' } });
    load = new MixedLoad({ client: owner, botId: bot.id, pageUrl, drainTimeoutMs: DRAIN_MS });

    load.start();
    await sleep(1_000);
    await restart(first, bot.id);
    await restart(second, bot.id);
    await sleep(500);
    await load.stop();
  });

  afterAll(async () => {
    await balancer?.close();
    await database?.end();
    await cluster?.close();
    await site?.close();
    await model?.stop();
  });

  const startPair = async (): Promise<Pair> => {
    const [api, worker] = await Promise.all([cluster.startApi(), cluster.startWorker()]);
    return { api, worker };
  };
  const signUp = async (): Promise<ApiClient> => {
    const { body } = await apiClient(balancer.url).post<{ accessToken: string }>('/v1/auth/register', {
      ...{ email: 'ada@example.com', password: 'Correct-horse-7-battery', workspaceName: 'Acme' },
    });
    return apiClient(balancer.url, body.accessToken);
  };
  const setPage = (path: string, text: string, takesMs: number): string => {
    site.set(path, async (_request, response) => {
      await sleep(takesMs);
      response.setHeader('content-type', 'text/html; charset=utf-8').end(articlePage(path, text));
    });
    return site.url(path);
  };
  const pageUrl = (n: number): string =>
    setPage(`/page-${String(n)}`, `This page says the number ${String(n)} and nothing else at all.`, 100);

  /** Three at once, so that each worker has at least one of them. */
  const addSlowSources = async (name: string): Promise<void> => {
    for (const n of [1, 2, 3]) {
      const url = setPage(`/slow-${name}-${String(n)}`, `A slow page, ${name} ${String(n)}.`, SLOW_PAGE_MS);
      await owner.post('/v1/datasources', { type: 'url', url });
    }
    await eventually(
      () => slowRequests().filter((path) => path.includes(name)).length,
      (count) => count === 3,
    );
  };
  const slowRequests = (): string[] =>
    site.requests.map(({ path }) => path).filter((path) => path.startsWith('/slow-'));

  /** Ends and replaces both processes of a pair, as a deployment does, while an endless answer is read from its API. */
  const restart = async (pair: Pair, botId: string): Promise<void> => {
    const direct = apiClient(pair.api.url, owner.token);
    const conversationIds = [
      await openConversation(owner, botId),
      await openConversation(owner, botId),
    ] as const;
    const [streamed, plainly] = conversationIds.map((id) => `/v1/conversations/${id}/messages`);
    const stream = await LiveStream.open(direct, streamed ?? '', { content: FOR_EVER });
    const plain = direct.post(plainly ?? '', { content: FOR_EVER });
    await stream.seen('message.delta');
    await addSlowSources(`pair${String(outlived.length)}`);

    await Promise.all([
      cluster.stop(pair.api).then(async (code) => {
        exitCodes.push(code);
        balancer.remove(pair.api.url);
        balancer.add((await cluster.startApi()).url);
      }),
      cluster.stop(pair.worker).then(async (code) => {
        exitCodes.push(code);
        await cluster.startWorker();
      }),
    ]);
    outlived.push({ stream, plain: await plain, conversationIds });
  };

  const rowsOf = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> =>
    (await database.query<Row>(sql)).rows;

  it('fails no request', () => {
    expect(load.failures).toEqual([]);
    expect(balancer.failures).toEqual([]);
    expect(load.calls).toBeGreaterThan(500);
  });

  it('ends every process by itself', () => {
    expect(exitCodes).toEqual([0, 0, 0, 0]);
  });

  it('tells readers of streams that outlive it to come back, and keeps what they had read', async () => {
    for (const { stream, conversationIds } of outlived) {
      expect(stream.end).toBe('ended');
      expect(stream.last).toEqual({
        event: 'error',
        data: { code: 'stopping', message: expect.any(String), retryable: true },
      });
      const { body } = await owner.get<{ data: { role: string; status: string; content: string }[] }>(
        `/v1/conversations/${conversationIds[0]}/messages`,
      );
      expect(body.data).toMatchObject([{ role: 'user' }, { role: 'assistant', status: 'aborted' }]);
      expect(body.data[1]?.content.startsWith(stream.text.trim())).toBe(true);
    }
  });

  it('answers requests that outlive it with 503, and keeps what the model had said', async () => {
    for (const { plain, conversationIds } of outlived) {
      expect(plain.status).toBe(503);
      expect(plain.headers.get('retry-after')).toBe('1');
      expect(plain.body).toMatchObject({ code: 'stopping', status: 503 });
      const { body } = await owner.get<{ data: { status: string; content: string }[] }>(
        `/v1/conversations/${conversationIds[1]}/messages`,
      );
      expect(body.data[1]).toMatchObject({ status: 'aborted' });
      expect(body.data[1]?.content).toContain('long-1');
    }
  });

  it('loses no message', async () => {
    const rows = await rowsOf<{ id: string; content: string; question: string; conversationId: string }>(
      `select a.id, a.content, q.content as question, a.conversation_id as "conversationId" from messages a
       join messages q on q.conversation_id = a.conversation_id and q.position = a.position - 1
       where a.role = 'assistant' and q.role = 'user'`,
    );
    const kept = new Map(rows.map((row) => [row.id, row]));

    const lost = load.answered.filter(({ answerId, question, conversationId }) => {
      const row = kept.get(answerId);
      return row?.question !== question || row.conversationId !== conversationId;
    });

    expect(load.answered.length).toBeGreaterThan(50);
    expect(lost).toEqual([]);
    expect(
      await rowsOf(
        `select conversation_id from messages group by 1, content, role, turn_id having count(*) > 1`,
      ),
    ).toEqual([]);
  });

  it('loses no job, and does each once', async () => {
    const jobIds = load.sources.map(({ job }) => job.id);
    const waitUntil = Date.now() + 20_000;
    // Insights wait for a while after so many answers; nothing that waits for its time is lost.
    const unfinished = (): Promise<{ id: string }[]> =>
      rowsOf(
        `select id, type, state, attempt, error from jobs where state <> 'succeeded' and run_after <= now()`,
      );
    while ((await unfinished()).length > 0 && Date.now() < waitUntil) await sleep(100);

    expect(await unfinished()).toEqual([]);
    const done = new Set((await rowsOf<{ id: string }>('select id from jobs')).map(({ id }) => id));
    expect(jobIds.filter((id) => !done.has(id))).toEqual([]);
    expect(jobIds.length).toBeGreaterThan(30);
    // What a stopping worker put back was begun again by another, and never counted as a try.
    expect(slowRequests().length).toBeGreaterThan(new Set(slowRequests()).size);
    expect(await rowsOf('select id from jobs where attempt > 1')).toEqual([]);
    const documents = await rowsOf<{ count: number }>(
      `select count(*)::int as count from datasources d left join documents o on o.datasource_id = d.id group by d.id`,
    );
    expect(new Set(documents.map(({ count }) => count))).toEqual(new Set([1]));
  });
});
