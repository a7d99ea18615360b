import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ScriptedServer } from '../integration/providers/scripted-server.js';
import { apiClient, type ApiClient } from '../support/api-client.js';
import { type Cluster, describeOnCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { createBot, openConversation, type SourceView } from '../support/journey.js';
import { LiveStream } from '../support/live-stream.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';
import { saidIn, startTalkingModel } from '../support/talking-model.js';

const MODEL = { provider: 'openai', name: 'talker' };
const API_LIMIT = 400;
const AUTH_LIMIT = 20;
/** A worker looks every five seconds whether its job is still wanted. */
const HEARTBEATS_MS = 12_000;
/** Open streams are checked every two seconds. */
const REVOKED_WITHIN_MS = 5_000;
/** The first look of a turn into its row comes two seconds after it began. */
const STOPPED_WITHIN_MS = 1_000;

interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
}

describeOnCluster('two API and two worker processes', (open) => {
  let cluster: Cluster;
  let model: ScriptedServer;
  let site: TestSite;
  let urls: readonly [string, string];
  let ownerAtA: ApiClient;
  let ownerAtB: ApiClient;
  let people = 0;

  beforeAll(async () => {
    [model, site] = await Promise.all([startTalkingModel(), createSite()]);
    cluster = await open({
      OPENAI_BASE_URL: model.baseUrl,
      OUTBOUND_ALLOW: site.host,
      RATE_LIMIT_PER_MINUTE: String(API_LIMIT),
      AUTH_RATE_LIMIT_PER_MINUTE: String(AUTH_LIMIT),
      TRUSTED_PROXIES: '1',
    });
    const [a, b] = await Promise.all([
      cluster.startApi(),
      cluster.startApi(),
      cluster.startWorker(),
      cluster.startWorker(),
    ]);
    urls = [a.url, b.url];
    [ownerAtA, ownerAtB] = await newOwner();
  });

  afterAll(async () => {
    await cluster?.close();
    await site?.close();
    await model?.stop();
  });

  const atBoth = (token?: string): [ApiClient, ApiClient] => [
    apiClient(urls[0], token),
    apiClient(urls[1], token),
  ];
  /** From an address of its own, so that nobody shares its limit. */
  const signUp = async (): Promise<SignedIn> => {
    people += 1;
    const { body } = await apiClient(urls[0]).post<SignedIn>(
      '/v1/auth/register',
      {
        email: `person-${String(people)}@example.com`,
        password: 'Correct-horse-7-battery',
        workspaceName: 'Acme',
      },
      { 'x-forwarded-for': `203.0.113.${String(people)}` },
    );
    return body;
  };
  const newOwner = async (): Promise<[ApiClient, ApiClient]> => atBoth((await signUp()).accessToken);
  const addSource = async (client: ApiClient, path: string, botIds: string[] = []): Promise<SourceView> =>
    (await client.post<SourceView>('/v1/datasources', { type: 'url', url: site.url(path), botIds })).body;
  const watch = (client: ApiClient, source: SourceView): Promise<LiveStream> =>
    LiveStream.open(client, `/v1/jobs/${source.job.id}/events`);
  const ask = (client: ApiClient, conversationId: string, content: string): Promise<LiveStream> =>
    LiveStream.open(client, `/v1/conversations/${conversationId}/messages`, { content });

  it('run a job that one API took, show it at both, and serve what came of it at both', async () => {
    site.set(
      '/lamp',
      articlePage('Lamp', 'The Aurora lamp comes with a warranty of 24 months from purchase.'),
    );
    const bot = await createBot(ownerAtB);

    const source = await addSource(ownerAtA, '/lamp', [bot.id]);
    const streams = await Promise.all([watch(ownerAtA, source), watch(ownerAtB, source)]);
    const lasts = await Promise.all(streams.map((stream) => stream.ended()));

    expect(lasts.map((last) => last?.event)).toEqual(['job.succeeded', 'job.succeeded']);
    for (const client of [ownerAtA, ownerAtB]) {
      const found = await client.post<{ data: { text: string }[] }>(`/v1/bots/${bot.id}/search`, {
        query: 'How long is the warranty?',
      });
      expect(found.body.data[0]?.text).toContain('24 months');
    }
  });

  it('share the jobs of one queue', async () => {
    let waiting = 0;
    const all = Promise.withResolvers<void>();
    for (const name of ['one', 'two', 'three', 'four']) {
      site.set(`/${name}`, async (_request, response) => {
        waiting += 1;
        // A worker reads two pages at once, so that four at once are read by two workers.
        if (waiting === 4) all.resolve();
        await all.promise;
        response.setHeader('content-type', 'text/html').end(articlePage(name, `This is page ${name}.`));
      });
    }

    const sources = await Promise.all([
      addSource(ownerAtA, '/one'),
      addSource(ownerAtB, '/two'),
      addSource(ownerAtA, '/three'),
      addSource(ownerAtB, '/four'),
    ]);
    const streams = await Promise.all(sources.map((source) => watch(ownerAtB, source)));
    const lasts = await Promise.all(streams.map((stream) => stream.ended(14_000)));

    expect(lasts.map((last) => last?.event)).toEqual(Array.from({ length: 4 }, () => 'job.succeeded'));
  });

  it('end a job for whoever watches it, wherever it was cancelled', async () => {
    const begun = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    site.set('/silent', (_request, response) => {
      begun.resolve();
      void once(response, 'close').then(() => {
        stopped.resolve();
      });
    });
    const source = await addSource(ownerAtA, '/silent');
    const watching = await watch(ownerAtA, source);
    await begun.promise;
    await watching.seen('job.running');

    const answer = await ownerAtB.post(`/v1/jobs/${source.job.id}/cancel`);

    expect(answer.status).toBe(200);
    expect((await watching.ended(HEARTBEATS_MS))?.event).toBe('job.cancelled');
    await stopped.promise;
  });

  it('answer a conversation in order, whichever of them is asked', async () => {
    const bot = await createBot(ownerAtA, { model: MODEL });
    const conversationId = await openConversation(ownerAtB, bot.id);
    const first = await ask(ownerAtA, conversationId, 'lamps words=12 every=60');
    await first.seen('message.started');

    const second = await ask(ownerAtB, conversationId, 'chairs words=2');
    await first.ended();
    await second.ended();
    const third = await ask(ownerAtA, conversationId, 'tables words=1');
    await third.ended();

    expect([first, second, third].map(({ last }) => last?.event)).toEqual(
      Array.from({ length: 3 }, () => 'message.completed'),
    );
    const { body } = await ownerAtB.get<{ data: { role: string; content: string }[] }>(
      `/v1/conversations/${conversationId}/messages`,
    );
    expect(body.data.map(({ role, content }) => `${role}: ${content.split(/[ -]/, 1)[0] ?? ''}`)).toEqual([
      'user: lamps',
      'assistant: lamps',
      'user: chairs',
      'assistant: chairs',
      'user: tables',
      'assistant: tables',
    ]);
    const histories = model.requests.map(({ body: sent }) => saidIn(sent).length);
    expect(histories.slice(-3)).toEqual([1, 3, 5]);
  });

  it('stop at once the answer that the other one gives, and keep what was said', async () => {
    const bot = await createBot(ownerAtA, { model: MODEL });
    const conversationId = await openConversation(ownerAtA, bot.id);
    const stream = await ask(ownerAtA, conversationId, 'endless words=2000 every=10');
    await stream.seen('message.delta');
    const { messageId } = stream.events[0]?.data as { messageId: string };

    const { status } = await ownerAtB.post(`/v1/messages/${messageId}/stop`);

    expect(status).toBe(204);
    await eventually(
      () => model.openAnswers,
      (count) => count === 0,
      STOPPED_WITHIN_MS,
    );
    expect((await stream.ended(STOPPED_WITHIN_MS))?.data).toMatchObject({
      message: { id: messageId, status: 'aborted', content: stream.text },
    });
  });

  it('count calls together', async () => {
    const { body } = await ownerAtA.post<{ key: string }>('/v1/api-keys', { name: 'Robot' });
    const robots = atBoth(body.key);
    const statuses: number[] = [];
    const call = async (client: ApiClient): Promise<void> => {
      statuses.push((await client.get('/v1/auth/me')).status);
    };

    for (let calls = 0; calls < API_LIMIT; calls += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => call(robots[index % 2 === 0 ? 0 : 1])));
    }
    const refused = await Promise.all(robots.map((client) => client.get('/v1/auth/me')));

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(refused.map(({ status }) => status)).toEqual([429, 429]);
    expect(Number(refused[1]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('count tries to sign in together', async () => {
    const attempt = async (client: ApiClient): Promise<number> => {
      const wrong = { email: 'nobody@example.com', password: 'Wrong-horse-7-battery' };
      const { status } = await client.post('/v1/auth/login', wrong, { 'x-forwarded-for': '198.51.100.7' });
      return status;
    };
    const clients = atBoth();
    const statuses: number[] = [];

    for (let tries = 0; tries < AUTH_LIMIT + 2; tries += 1) {
      statuses.push(await attempt(clients[tries % 2 === 0 ? 0 : 1]));
    }

    expect(statuses.slice(0, AUTH_LIMIT)).toEqual(Array.from({ length: AUTH_LIMIT }, () => 401));
    expect(statuses.slice(AUTH_LIMIT)).toEqual([429, 429]);
  });

  it('end a stream at one when its reader signs out at the other', async () => {
    const [atA, atB] = await newOwner();
    const bot = await createBot(atA, { model: MODEL });
    const stream = await ask(atA, await openConversation(atA, bot.id), 'endless words=2000 every=20');
    await stream.seen('message.delta');

    await atB.post('/v1/auth/logout');

    expect((await atA.get('/v1/auth/me')).status).toBe(401);
    expect((await stream.ended(REVOKED_WITHIN_MS))?.data).toMatchObject({ code: 'unauthenticated' });
    await eventually(
      () => model.openAnswers,
      (count) => count === 0,
    );
  });

  it('end a stream at one when its key is revoked at the other', async () => {
    const made = await ownerAtA.post<{ id: string; key: string }>('/v1/api-keys', { name: 'Reader' });
    const [readerAtA] = atBoth(made.body.key);
    site.set('/never', () => undefined);
    const stream = await watch(readerAtA, await addSource(ownerAtA, '/never'));
    await stream.seen('job.running');

    await ownerAtB.call('DELETE', `/v1/api-keys/${made.body.id}`);

    expect((await readerAtA.get('/v1/auth/me')).status).toBe(401);
    expect((await stream.ended(REVOKED_WITHIN_MS))?.data).toMatchObject({ code: 'unauthenticated' });
  });

  it('end a session whose used refresh token comes to the other', async () => {
    const { refreshToken } = await signUp();
    const from = { 'x-forwarded-for': '203.0.113.200' };
    const [a, b] = atBoth();
    const renewed = await a.post<SignedIn>('/v1/auth/refresh', { refreshToken }, from);

    const reused = await b.post('/v1/auth/refresh', { refreshToken }, from);

    expect([renewed.status, reused.status]).toEqual([200, 401]);
    expect((await apiClient(urls[0], renewed.body.accessToken).get('/v1/auth/me')).status).toBe(401);
  });

  it('give the first answer to a call that is repeated at the other', async () => {
    const key = { 'idempotency-key': 'a-bot-once' };
    const [first, second] = [
      await ownerAtA.post<{ id: string }>('/v1/bots', { name: 'Once' }, key),
      await ownerAtB.post<{ id: string }>('/v1/bots', { name: 'Once' }, key),
    ];

    const other = await ownerAtB.post('/v1/bots', { name: 'Twice' }, key);

    expect([first.status, second.status, other.status]).toEqual([201, 201, 409]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('play a stream again at the other', async () => {
    const bot = await createBot(ownerAtA, { model: MODEL });
    const path = `/v1/conversations/${await openConversation(ownerAtA, bot.id)}/messages`;
    const key = { 'idempotency-key': 'a-question-once' };
    const content = 'replay words=5';
    const first = await LiveStream.open(ownerAtA, path, { content }, key);
    await first.ended();
    const asked = model.requests.length;

    const second = await LiveStream.open(ownerAtB, path, { content }, key);
    await second.ended();

    expect(second.events).toEqual(first.events);
    expect(model.requests).toHaveLength(asked);
    expect((await ownerAtB.get<{ data: unknown[] }>(path)).body.data).toHaveLength(2);
  });

  it('do once what is asked of both at the same time', async () => {
    const key = { 'idempotency-key': 'a-race' };

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? ownerAtA : ownerAtB).post<{ id: string }>('/v1/bots', { name: 'Raced' }, key),
      ),
    );

    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    const { body } = await ownerAtA.get<{ data: { name: string }[] }>('/v1/bots?limit=200');
    expect(body.data.filter(({ name }) => name === 'Raced')).toHaveLength(1);
  });
});
