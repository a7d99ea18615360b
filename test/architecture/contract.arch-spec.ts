import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, apiClient, Refused } from '../support/api-client.js';
import { Contract } from '../support/contract/contract.js';
import { composedExample } from '../support/contract/examples.js';
import { LoopbackServer } from '../support/outbound/loopback-server.js';

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const contract = Contract.committed;
const bots = contract.route('bots.get');
const BOT = composedExample(contract.schemas, bots.answers['200']!.content!['application/json']!.schema)
  .value as Record<string, unknown>;
const MISSING = {
  ...{ type: 'about:blank', title: 'Not found', status: 404, detail: 'The bot was not found.' },
  ...{ code: 'not_found', requestId: NO_ID },
};

/** What a server is made to answer. */
interface Staged {
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const asText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

describe('what a server answers', () => {
  let server: LoopbackServer;
  let client: ApiClient;
  let staged: Staged;

  beforeAll(async () => {
    server = await LoopbackServer.http((_request, response) => {
      const { status, body, type = 'application/json', headers = { 'x-request-id': NO_ID } } = staged;
      response.writeHead(status, { 'content-type': type, ...headers }).end(asText(body));
    });
    client = apiClient(`http://${server.host}`);
  });

  afterAll(() => server.close());

  it('is taken when it is as the document says', async () => {
    staged = { status: 200, body: BOT };

    const { body } = await client.send('bots.get', { botId: NO_ID });

    expect(body.name).toBe('Help desk');
    expect((await client.get(`/v1/bots/${NO_ID}`)).body).toEqual(BOT);
  });

  it('fails who counted on success when it is a refusal, and nobody else', async () => {
    staged = { status: 404, body: MISSING, type: 'application/problem+json' };

    await expect(client.send('bots.get', { botId: NO_ID })).rejects.toThrow(Refused);
    expect((await client.get(`/v1/bots/${NO_ID}`)).status).toBe(404);
  });

  it.each<[string, Staged, string]>([
    [
      'a field that no schema names',
      { status: 200, body: { ...BOT, passwordHash: 'x' } },
      'additional properties',
    ],
    [
      'a field within a field',
      { status: 200, body: { ...BOT, model: { provider: 'a', name: 'b', key: 'c' } } },
      '/model',
    ],
    ['a lack of a field', { status: 200, body: { ...BOT, name: undefined } }, "required property 'name'"],
    ['null where nothing may be null', { status: 200, body: { ...BOT, name: null } }, '/name must be string'],
    ['an id that is none', { status: 200, body: { ...BOT, id: '1' } }, 'format "uuid"'],
    ['a time that is none', { status: 200, body: { ...BOT, createdAt: 'today' } }, 'format "date-time"'],
    ['a status that is not documented', { status: 202, body: BOT }, 'status is not documented'],
    ['another type', { status: 200, body: BOT, type: 'text/plain' }, '"text/plain" is not documented'],
    ['no request id', { status: 200, body: BOT, headers: {} }, 'no header X-Request-Id'],
    [
      'a code of another route',
      { status: 404, body: { ...MISSING, code: 'jobs.lost' }, type: 'application/problem+json' },
      '/code',
    ],
    ['a problem of another type', { status: 404, body: MISSING }, '"application/json" is not documented'],
  ])('is not taken when it has %s', async (_, answer, fault) => {
    staged = answer;

    await expect(client.send('bots.get', { botId: NO_ID })).rejects.toThrow(fault);
    await expect(client.get(`/v1/bots/${NO_ID}`)).rejects.toThrow(fault);
  });

  it.each([
    [
      'that is not documented',
      'event: message.edited\ndata: {"text":"x"}\n\n',
      'message.edited is not documented',
    ],
    ['whose data is that of another', 'event: message.delta\ndata: {"message":"x"}\n\n', 'message.delta:'],
  ])('is not taken when it streams an event %s', async (_, body, fault) => {
    staged = { status: 200, body, type: 'text/event-stream' };

    const stream = client.events('conversations.ask', { conversationId: NO_ID, body: { content: 'Hello?' } });

    await expect(stream).rejects.toThrow(fault);
  });

  it('is asked for in the words of the document alone, as the compiler sees to', () => {
    const calls: (() => unknown)[] = [
      () => client.send('bots.list', { limit: 5 }),
      // @ts-expect-error There is no such operation.
      () => client.send('bots.rename'),
      // @ts-expect-error The bot must be named.
      () => client.send('bots.get'),
      // @ts-expect-error A bot needs a name.
      () => client.send('bots.create', { body: {} }),
      // @ts-expect-error A bot has no such field.
      () => client.send('bots.create', { body: { name: 'x', isAdmin: true } }),
      // @ts-expect-error A list has no such filter.
      () => client.send('bots.list', { colour: 'blue' }),
      // @ts-expect-error A bot has no such field.
      async () => (await client.send('bots.get', { botId: NO_ID })).body.passwordHash,
    ];

    expect(calls).toHaveLength(7);
  });
});

describe('the document', () => {
  it('has exports filter by all that lists of conversations filter by', () => {
    const [list, exported] = ['ConversationFilterDto', 'ExportFilterDto'].map((name) =>
      Object.keys(
        contract.schemas.resolved({ $ref: `#/components/schemas/${name}` }).properties ?? {},
      ).sort(),
    );

    expect(list).toContain('botId');
    expect(exported).toEqual(list);
  });
});
