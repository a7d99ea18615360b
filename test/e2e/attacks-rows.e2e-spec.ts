import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient, type ResolvedAddress } from '#common/http';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { apiClient } from '../support/api-client.js';
import { ApiDocument, pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { addPage, createBot, openConversation, type SourceView, syncAgain } from '../support/journey.js';
import { LoopbackInternet } from '../support/outbound/loopback-internet.js';
import { LoopbackServer } from '../support/outbound/loopback-server.js';
import { rawCall } from '../support/raw-call.js';
import { articlePage } from '../support/site.js';

interface Identified {
  readonly id: string;
}

interface Message extends Identified {
  readonly content: string;
  readonly role: string;
  readonly status: string;
  readonly feedback?: object;
}

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const SCRIPT = '<img src=x onerror=alert(1)><script>alert(2)</script>[click](javascript:alert(3))';
const SAFE: readonly ResolvedAddress[] = [{ address: '93.184.216.34', family: 4 }];
const LOOPBACK: readonly ResolvedAddress[] = [{ address: '127.0.0.1', family: 4 }];

const scripting = new FakeChatModel('scripting', { texts: [SCRIPT] });
const endless = new FakeChatModel('endless', {
  texts: Array.from({ length: 1_000 }, () => 'on '),
  delayMs: 10,
});

describe('who knows the id of a row', () => {
  const requests: { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[] = [];
  let server: LoopbackServer;
  let internet: LoopbackInternet;
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let victim: TestMember;
  let stranger: TestMember;
  let document: ApiDocument;

  beforeAll(async () => {
    server = await LoopbackServer.http(async ({ url = '', headers }, response) => {
      requests.push({ path: url, headers });
      if (url === '/slow') await new Promise((soon) => setTimeout(soon, 1_500));
      response
        .writeHead(200, { 'content-type': 'text/html', connection: 'close' })
        .end(articlePage('Vault', 'The vault of the north opens with the word heliotrope.'));
    });
    internet = new LoopbackInternet(server.port);
    const { resolver, connectorFactory } = internet;
    testApp = await createTestApp({
      chatModels: [scripting, endless],
      outbound: new OutboundClient({ allow: [], resolver, connectorFactory }),
    });
    workspace = await testApp.workspace();
    victim = await workspace.as('owner');
    stranger = await (await testApp.workspace()).as('owner');
    document = await ApiDocument.of(testApp.baseUrl);
  });

  afterAll(async () => {
    await testApp.close();
    await server.close();
  });

  const add = (client: TestMember, url: string) =>
    client.post<SourceView>('/v1/datasources', { type: 'url', url });
  const messagesOf = async (client: TestMember, conversationId: string): Promise<Message[]> =>
    (await client.get<{ data: Message[] }>(`/v1/conversations/${conversationId}/messages`)).body.data;
  const talk = async (
    client: TestMember,
    more: object = {},
  ): Promise<{ conversationId: string; answerId: string }> => {
    const bot = await createBot(client, more);
    const conversationId = await openConversation(client, bot.id);
    const { body } = await client.post<{ answer: Identified }>(
      `/v1/conversations/${conversationId}/messages`,
      {
        content: 'Which word opens the vault?',
      },
    );
    return { conversationId, answerId: body.answer.id };
  };

  it('cannot stop, repeat or rate what others have under way', async () => {
    const { body: source } = await add(victim, 'http://pages.test.example/slow');
    const { conversationId, answerId } = await talk(victim);
    const before = await messagesOf(victim, conversationId);

    const answers = await Promise.all([
      stranger.post(`/v1/jobs/${source.job.id}/cancel`),
      stranger.post(`/v1/jobs/${source.job.id}/retry`),
      stranger.get(`/v1/jobs/${source.job.id}/events`),
      stranger.post(`/v1/datasources/${source.id}/sync`),
      stranger.post(`/v1/messages/${answerId}/feedback`, { rating: 'down', comment: 'Mine now' }),
      stranger.call('DELETE', `/v1/conversations/${conversationId}`),
    ]);
    const { body: job } = await victim.get(`/v1/jobs/${source.job.id}`);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(['queued', 'running', 'succeeded']).toContain(job['state']);
    expect(await messagesOf(victim, conversationId)).toEqual(before);
  });

  it('cannot end an answer that others are reading', async () => {
    const bot = await createBot(victim, { model: { provider: 'endless', name: 'any' } });
    const conversationId = await openConversation(victim, bot.id);
    const path = `/v1/conversations/${conversationId}/messages`;
    const reading = new AbortController();
    const stream = victim.stream(path, { content: 'Go on.' }, reading.signal);
    stream.catch(() => undefined);
    while (endless.requests.length === 0) await new Promise((soon) => setTimeout(soon, 5));

    const answers = await Promise.all([
      stranger.post(path, { content: 'Stop.' }),
      stranger.call('DELETE', `/v1/conversations/${conversationId}`),
      stranger.call('DELETE', `/v1/bots/${bot.id}`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(endless.abandoned).toBe(0);
    reading.abort();
  });

  it('cannot change or remove messages that it may only read', async () => {
    const analyst = await workspace.as('analyst');
    const viewer = await workspace.as('viewer');
    const { conversationId, answerId } = await talk(victim);
    const before = await messagesOf(victim, conversationId);

    const paths = [
      `/v1/messages/${answerId}`,
      `/v1/conversations/${conversationId}/messages/${answerId}`,
      `/v1/conversations/${conversationId}/messages`,
      `/v1/conversations/${conversationId}`,
    ];
    const told = { content: 'Changed', status: 'error' };
    const changes = [analyst, viewer].flatMap((client) =>
      paths.flatMap((path) => ['PUT', 'PATCH', 'DELETE'].map((method) => ({ client, method, path }))),
    );
    // An analyst may sort conversations, but say nothing in them by that.
    const isSorting = ({ client, method, path }: (typeof changes)[number]): boolean =>
      client === analyst && method === 'PATCH' && path === `/v1/conversations/${conversationId}`;
    const refused = await Promise.all(
      changes
        .filter((change) => !isSorting(change))
        .map(({ client, method, path }) => client.call(method, path, told)),
    );
    const sorted = await Promise.all(
      changes.filter(isSorting).map(({ client, method, path }) => client.call(method, path, told)),
    );

    expect((await analyst.get(`/v1/conversations/${conversationId}`)).status).toBe(200);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([403, 404]));
    expect(sorted.map(({ status }) => status)).toEqual([422]);
    expect(await messagesOf(victim, conversationId)).toEqual(before);
  });

  it('cannot read the passages of a document of others, under its own source or theirs', async () => {
    const theirs = await addPage(victim, 'http://pages.test.example/theirs');
    const own = await addPage(stranger, 'http://pages.test.example/own');
    const idOf = async (client: TestMember, source: Identified): Promise<string> =>
      (await client.get<{ data: Identified[] }>(`/v1/datasources/${source.id}/documents`)).body.data[0]?.id ??
      '';
    const [foreignId, ownId] = [await idOf(victim, theirs), await idOf(stranger, own)];

    const answers = await Promise.all(
      [
        [own.id, foreignId],
        [theirs.id, foreignId],
        [theirs.id, ownId],
        [foreignId, foreignId],
      ].map(([source, page]) =>
        stranger.get(`/v1/datasources/${source ?? ''}/documents/${page ?? ''}/chunks`),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await stranger.get(`/v1/datasources/${own.id}/documents/${ownId}/chunks`)).status).toBe(200);
  });

  it('needs a right of its own for each row that a call names, and for each thing it does to it', async () => {
    const theirBot = await createBot(victim);
    const ownBot = await createBot(stranger);
    const { body: theirSource } = await add(victim, 'http://pages.test.example/a');
    const { body: ownSource } = await add(stranger, 'http://pages.test.example/b');
    const viewer = await workspace.as('viewer');
    const link = (bot: Identified, source: Identified): string =>
      `/v1/bots/${bot.id}/datasources/${source.id}`;

    const strange = [
      ...['PUT', 'DELETE'].map((method) => stranger.call(method, link(ownBot, theirSource))),
      ...['PUT', 'DELETE'].map((method) => stranger.call(method, link(theirBot, ownSource))),
      ...['PUT', 'DELETE'].map((method) => stranger.call(method, link(theirBot, theirSource))),
    ];
    const reading = ['PUT', 'DELETE'].map((method) => viewer.call(method, link(theirBot, theirSource)));

    expect((await Promise.all(strange)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect((await Promise.all(reading)).map(({ status }) => status)).toEqual([403, 403]);
    expect((await viewer.get(`/v1/bots/${theirBot.id}`)).status).toBe(200);
  });

  it('cannot send what is said to a server of its own', async () => {
    const theirs = await createBot(victim);
    const sinks = [
      'webhookUrl',
      'callbackUrl',
      'tracing',
      'telemetry',
      'exportUrl',
      'baseUrl',
      'endpoint',
      'proxy',
    ];
    const sink = 'http://collector.test.example/';

    const answers = await Promise.all(
      sinks.flatMap((name) => [
        stranger.call('PATCH', `/v1/bots/${theirs.id}`, { [name]: sink }),
        victim.call('PATCH', `/v1/bots/${theirs.id}`, { [name]: sink }),
        victim.call('PATCH', `/v1/bots/${theirs.id}`, {
          model: { provider: 'local', name: 'extractive', [name]: sink },
        }),
        victim.post(`/v1/bots/${theirs.id}/conversations`, { [name]: sink }),
      ]),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([422]));
    expect(internet.resolver.queries).not.toContain('collector.test.example');
  });

  it('cannot have a name checked that leads somewhere else when it is asked again', async () => {
    internet.resolver.answer('rebind.test.example', SAFE, LOOPBACK);
    const before = internet.reached.length;

    const first = await addPage(victim, 'http://rebind.test.example/');
    const second = await syncAgain(victim, first.id);

    expect(first).toMatchObject({ status: 'ready', documentCount: 1 });
    expect(second).toMatchObject({ status: 'stale', lastError: { code: 'outbound.address_refused' } });
    expect(internet.reached.slice(before)).toEqual(['93.184.216.34']);
  });

  it.each([
    ['mixed.test.example', [...SAFE, ...LOOPBACK]],
    ['metadata.test.example', [{ address: '169.254.169.254', family: 4 }]],
    ['mapped.test.example', [{ address: '::ffff:a9fe:a9fe', family: 6 }]],
    ['nat64.test.example', [{ address: '64:ff9b::a9fe:a9fe', family: 6 }]],
    ['unique-local.test.example', [{ address: 'fd00:ec2::254', family: 6 }]],
  ] as const)('cannot have a page read from %s, whose name leads inside', async (name, addresses) => {
    internet.resolver.answer(name, addresses);
    const before = internet.reached.length;

    const source = await addPage(victim, `http://${name}/latest/meta-data/`);

    expect(source).toMatchObject({ status: 'failed', lastError: { code: 'outbound.address_refused' } });
    expect(internet.reached).toHaveLength(before);
  });

  it('cannot reach the metadata of a cloud, nor send what it asks for', async () => {
    const addresses = [
      ...[
        'http://169.254.169.254/latest/meta-data/',
        'http://[fd00:ec2::254]/latest/',
        'http://100.100.100.200/',
      ],
      ...[
        'http://metadata.google.internal/computeMetadata/v1/',
        'http://[::ffff:a9fe:a9fe]/',
        'http://2852039166/',
      ],
    ];
    const asked = requests.length;

    const refused = await Promise.all(addresses.map((url) => add(victim, url)));
    await addPage(victim, 'http://pages.test.example/headers');

    expect(refused.map(({ status }) => status)).toEqual(addresses.map(() => 422));
    const sent = requests.slice(asked).flatMap(({ headers }) => Object.keys(headers));
    expect(sent.filter((name) => /metadata|x-aws|authorization|cookie|forwarded/i.test(name))).toEqual([]);
    expect(sent.length).toBeGreaterThan(0);
  });

  it('cannot make what a model says run where it is read, answered at once, streamed or read later', async () => {
    const { conversationId } = await talk(victim, { model: { provider: 'scripting', name: 'any' } });
    const path = `/v1/conversations/${conversationId}/messages`;

    const answers = [
      await victim.post<unknown>(path, { content: SCRIPT }),
      await victim.call<unknown>('POST', path, { content: SCRIPT }, { accept: 'text/event-stream' }),
      await victim.call<unknown>('GET', path, undefined, { accept: 'text/html' }),
    ];

    const types = answers.map(({ headers }) => headers.get('content-type')?.split(';')[0]);
    expect(types).toEqual(['application/json', 'text/event-stream', 'application/json']);
    for (const { headers, body } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(JSON.stringify(body)).toContain('onerror=alert(1)');
    }
  });

  it.each([
    "' or '1'='1",
    "x'; drop table api_keys; --",
    'cq_key_%',
    'cq_key_\\',
    'cq_key_" or ""="',
    "cq_key_x' union select 1--",
  ])('finds no key by SQL in a credential (%s)', async (credential) => {
    const { body: made } = await victim.post<{ key: string }>('/v1/api-keys', { name: 'Stays' });

    const { status } = await apiClient(testApp.baseUrl, credential).get('/v1/bots');

    expect(status).toBe(401);
    expect((await apiClient(testApp.baseUrl, made.key).get('/v1/bots')).status).toBe(200);
  });

  it.each<[string, (path: string) => string]>([
    ['in capitals', (path) => path.toUpperCase()],
    ['with a slash at its end', (path) => `${path}/`],
    ['with slashes doubled', (path) => path.replaceAll('/', '//')],
    ['through a public route', (path) => `/health/live/..${path}`],
    ['through a public route, encoded', (path) => `/health/live%2f..${path}`],
    ['through signing in', (path) => `/v1/auth/login/../..${path}`],
    ['through the document', (path) => `/openapi.json/..${path}`],
    ['through the page at /docs', (path) => `/docs/..${path}`],
    ['with a letter encoded', (path) => path.replace('v1', '%761')],
    ['with its slashes encoded', (path) => `/v1/${path.slice(4).replaceAll('/', '%2F')}`],
    ['with a parameter in the path', (path) => `${path};x=/health/live`],
    ['with a public route in the query', (path) => `${path}?path=/health/live`],
    ['with a public route behind a NUL', (path) => `${path}%00/health/live`],
    ['with a backslash', (path) => `/health\\..${path}`],
    ['with an ending', (path) => `${path}.json`],
    ['with its host in front', (path) => `http://localhost/health/live/../..${path}`],
  ])('without a token is let in nowhere by a route spelled %s', async (_, respelled) => {
    const closed = document.operations.filter(({ isPublic }) => !isPublic);
    const before = (await victim.get<{ data: object[] }>('/v1/bots?limit=200')).body.data.length;

    const answers = await Promise.all(
      closed.map(async ({ method, path, pathParameters }) => {
        const ids = Object.fromEntries(pathParameters.map((name) => [name, NO_ID]));
        const target = respelled(pathWith(path, ids));
        return `${String((await rawCall(testApp.baseUrl, { method, path: target })).status)} ${method} ${target}`;
      }),
    );

    expect(answers.length).toBeGreaterThan(30);
    expect(answers.filter((answer) => !/^(400|401|404) /.test(answer))).toEqual([]);
    expect((await victim.get<{ data: object[] }>('/v1/bots?limit=200')).body.data).toHaveLength(before);
  });
});
