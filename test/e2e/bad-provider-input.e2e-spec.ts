import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { createBot, openConversation } from '../support/journey.js';

const LOCAL = { provider: 'local', name: 'extractive' };
const FORMAL = { provider: 'formal', name: 'any' };

describe('of providers and models, what is wrong', () => {
  const formal = new FakeChatModel('formal', { texts: ['{}'] });
  let testApp: TestApp;
  let admin: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ chatModels: [formal] });
    admin = await (await testApp.workspace()).as('admin');
  });
  afterAll(() => testApp.close());

  const bot = (model: object) => admin.post('/v1/bots', { name: 'Bad', model });
  const credential = (more: object) =>
    admin.post('/v1/provider-credentials', {
      ...{ provider: 'openai-compatible', label: 'Bad', secret: 'sk-0123456789' },
      ...{ baseUrl: 'https://models.example.com/v1', ...more },
    });

  it.each<[string, (asked: object) => ReturnType<typeof bot>]>([
    ['the model of a bot', (model) => bot(model)],
    ['a fallback', (model) => bot({ ...LOCAL, fallbacks: [model] })],
    [
      'the fallback of a budget',
      (fallback) => admin.post('/v1/budgets', { period: 'day', unit: 'tokens', amount: 1, fallback }),
    ],
  ])('in the provider of %s is told with the providers that there are', async (_, send) => {
    const { status, body } = await send({ provider: 'opnai', name: 'gpt-5' });

    expect([status, body.code]).toEqual([422, 'providers.unknown_model']);
    expect(JSON.stringify(body)).toMatch(/There are: local, openai, anthropic, gemini, azure-openai/);
  });

  it.each(['/v1/provider-credentials', '/v1/model-overrides', '/v1/workspace/embeddings'])(
    'in the provider at %s is told with the providers that there are',
    async (path) => {
      const { status, body } = await admin.call(path === '/v1/provider-credentials' ? 'POST' : 'PUT', path, {
        ...{ provider: 'opnai', name: 'gpt-5', label: 'x', model: 'gpt-5' },
      });

      expect([status, body]).toMatchObject([422, { code: 'invalid_fields' }]);
      expect(JSON.stringify(body)).toMatch(/openai, /);
    },
  );

  it('in the name of a built-in model is told with the one that there is', async () => {
    const { status, body } = await bot({ provider: 'local', name: 'gpt-5' });

    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('There are: extractive')]);
  });

  it.each([
    ['itself', [LOCAL]],
    ['another that is named twice', [FORMAL, FORMAL]],
  ])('in a model that falls back on %s is told', async (_, fallbacks) => {
    const { status, body } = await bot({ ...LOCAL, fallbacks });

    expect([status, body.code]).toEqual([422, 'providers.repeated_fallback']);
  });

  it.each([-0.1, 2.1, 1e308, -1e308, 'hot', '1', true, [], {}])(
    'in a temperature of %j is told before any provider is asked',
    async (temperature) => {
      const { status, body } = await bot({ ...LOCAL, temperature });

      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('model.temperature')]);
    },
  );

  it.each([0, -1, 100_001, 1.5, 1e20, '10'])('in a limit of %j tokens is told', async (maxOutputTokens) => {
    const { status, body } = await bot({ ...LOCAL, maxOutputTokens });

    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('model.maxOutputTokens')]);
  });

  it('in instructions of a megabyte is told, and in instructions as long as may be nothing is', async () => {
    const long = await admin.post('/v1/bots', { name: 'Long', instructions: 'x'.repeat(1_000_000) });
    const longer = await admin.post('/v1/bots', { name: 'Long', instructions: 'x'.repeat(1_048_576) });

    expect([long.status, long.body.code]).toEqual([422, 'invalid_fields']);
    expect(longer.status).toBe(413);
  });

  it.each(['', ' \n\t ', null, 7, ['When?'], { text: 'When?' }, 'x'.repeat(100_000)])(
    'in a message is told: %.20j',
    async (content) => {
      const conversationId = await openConversation(admin, (await createBot(admin)).id);

      const { status } = await admin.post(`/v1/conversations/${conversationId}/messages`, { content });

      expect(status).toBe(422);
    },
  );

  it.each<[string, object, number]>([
    ['refers to itself', { type: 'object', properties: { next: { $ref: '#' } } }, 200],
    ['refers to another server', { $ref: 'http://169.254.169.254/latest/meta-data' }, 200],
    ['is no schema', { type: 'nonsense', required: 7 }, 200],
    ['is nested without end', JSON.parse(`${'{"not":'.repeat(25)}{}${'}'.repeat(25)}`) as object, 400],
    ['is endless', { enum: ['x'.repeat(70_000)] }, 400],
    ['names what every object has', JSON.parse('{"properties": {"__proto__": {}}}') as object, 400],
  ])('in the form of an answer that %s is passed on as data, or told', async (_, schema, expected) => {
    const { id: model } = await createBot(admin, { model: FORMAL });

    const { status } = await admin.post('/openai/v1/chat/completions', {
      ...{ model, messages: [{ role: 'user', content: 'When?' }] },
      response_format: { type: 'json_schema', json_schema: { name: 'form', schema } },
    });

    expect(status).toBe(expected);
  });

  it.each([
    'http://169.254.169.254/v1',
    'http://2852039166/v1',
    'http://0xa9fea9fe/v1',
    'http://0251.0376.0251.0376/v1',
    'http://[::ffff:169.254.169.254]/v1',
    'http://[::ffff:a9fe:a9fe]/v1',
    'http://[64:ff9b::a9fe:a9fe]/v1',
    'http://[fd00:ec2::254]/v1',
    'http://100.100.100.200/v1',
    'http://127.0.0.1:5432/v1',
    'http://[::1]/v1',
    'http://0/v1',
    'ftp://models.example.com/v1',
    'file:///etc/passwd',
    'http://user:password@models.example.com/v1',
  ])('in the base URL %s is told before anything is kept', async (baseUrl) => {
    const { status } = await credential({ baseUrl });

    expect(status).toBe(422);
  });

  it.each([
    ['a line break in a value', { name: 'x-team', value: 'a\r\nhost: 169.254.169.254' }],
    ['a lone line feed', { name: 'x-team', value: 'a\nb: c' }],
    ['NUL', { name: 'x-team', value: 'a\u0000b' }],
    ['letters that no header can carry', { name: 'x-team', value: 'ü' }],
    ['a line break in a name', { name: 'x-team\r\nhost', value: 'a' }],
    ['a colon in a name', { name: 'x-team: a', value: 'a' }],
    ['no name', { name: '', value: 'a' }],
    ['the host', { name: 'Host', value: 'other.example.com' }],
    ['the length', { name: 'content-length', value: '0' }],
    ['the framing', { name: 'Transfer-Encoding', value: 'chunked' }],
    ['the key of a metadata service', { name: 'Metadata-Flavor', value: 'Google' }],
    ['the token of a metadata service', { name: 'X-aws-ec2-metadata-token', value: 'x' }],
  ])('in a header with %s is told before anything is kept', async (_, header) => {
    const { status, body } = await credential({ headers: [header] });

    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('headers.0')]);
  });

  it('about the credentials of another workspace is the same as of none', async () => {
    const stranger = await (await testApp.workspace()).as('owner');
    const { body } = await admin.send('providerCredentials.create', {
      body: { provider: 'openai', label: 'Ours', secret: 'sk-0123456789' },
    });
    const path = `/v1/provider-credentials/${body.id}`;

    const answers = await Promise.all([
      stranger.get(path),
      stranger.call('PATCH', path, { label: 'Mine' }),
      stranger.post(`${path}/test`, {}),
      stranger.call('DELETE', path),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await admin.get(path)).status).toBe(200);
  });
});
