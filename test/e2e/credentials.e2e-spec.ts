import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import {
  finishChunk,
  hangsAfter,
  refuses,
  ScriptedServer,
  streams,
  textChunk,
  usageChunk,
} from '../integration/providers/scripted-server.js';

const GOOD = 'sk-good-0123456789-wxyz';
const BAD = 'sk-bad-0123456789-abcd';

describeOnEachDatabase('credentials of a workspace', (target) => {
  let server: ScriptedServer;
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let admin: TestMember;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    const { host } = new URL(server.baseUrl);
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: host } });
    workspace = await testApp.workspace();
    admin = await workspace.as('admin');
  });
  afterAll(async () => {
    await testApp.close();
    await server.stop();
  });

  /** Answers whoever has the good key, and refuses others. */
  const speak = (): void => {
    server.play((response, request) => {
      const isGood = request.headers.authorization === `Bearer ${GOOD}`;
      const script = isGood
        ? streams(textChunk('Good day.'), finishChunk(), usageChunk(1_000, 100), '[DONE]')
        : refuses(401, { message: `Incorrect API key: ${BAD}`, code: 'invalid_api_key' });
      return script(response, request);
    });
  };
  const add = async (secret: string, more: object = {}): Promise<string> =>
    (
      await admin.send('providerCredentials.create', {
        body: { provider: 'openai-compatible', label: 'Ours', secret, baseUrl: server.baseUrl, ...more },
      })
    ).body.id;
  const removeAll = async (): Promise<void> => {
    const { body } = await admin.send('providerCredentials.list', {});
    for (const { id } of body.data) await admin.send('providerCredentials.remove', { credentialId: id });
  };
  const model = { provider: 'openai-compatible', name: 'ours' };

  it('are what its bots answer with, and are never shown', async () => {
    speak();
    await add(GOOD, { headers: [{ name: 'X-Team', value: 'support' }] });
    const bot = await createBot(admin, { model });

    const { body } = await ask(admin, await openConversation(admin, bot.id), 'Hello?');

    expect(body.answer).toMatchObject({ content: 'Good day.', model });
    expect(server.requests.at(-1)?.headers['x-team']).toBe('support');
    const { body: list } = await admin.send('providerCredentials.list', {});
    expect(list.data).toMatchObject([{ secretHint: 'wxyz', headerNames: ['x-team'], state: 'active' }]);
    expect(JSON.stringify(list)).not.toContain(GOOD);
    await removeAll();
  });

  it('of the workspace count for no other', async () => {
    await add(GOOD);
    const stranger = await (await testApp.workspace()).as('owner');

    const { status, body } = await stranger.post('/v1/bots', { name: 'Mine', model });

    expect([status, body.code]).toEqual([422, 'provider_not_configured']);
    await removeAll();
  });

  it('that are refused make way for the next, are marked, and are tried last from then on', async () => {
    speak();
    const bad = await add(BAD);
    await add(GOOD);
    const bot = await createBot(admin, { model });
    const conversationId = await openConversation(admin, bot.id);

    const { body: first } = await ask(admin, conversationId, 'Hello?');
    await eventually(
      async () => (await admin.send('providerCredentials.get', { credentialId: bad })).body.state,
      (state) => state === 'refused',
    );
    const before = server.requests.length;
    const { body: second } = await ask(admin, conversationId, 'Again?');

    expect(first.answer).toMatchObject({
      content: 'Good day.',
      attempts: [{ ...model, code: 'provider_auth' }],
    });
    expect(second.answer.attempts).toBeUndefined();
    expect(server.requests.length - before).toBe(1);
    await removeAll();
  });

  it.each([
    ['accepts', GOOD, true, null, /accepts/],
    ['refuses', BAD, false, 'provider_auth', /refuses the key/],
  ])('that the provider %s are told so by a trial', async (_, secret, ok, code, words) => {
    speak();
    const credentialId = await add(secret);

    const { body } = await admin.send('providerCredentials.test', {
      credentialId,
      body: { modelName: 'ours' },
    });

    expect(body).toMatchObject({ ok, code, modelName: 'ours' });
    expect(body.message).toMatch(words);
    expect(JSON.stringify(body)).not.toContain(secret);
    const { body: shown } = await admin.send('providerCredentials.get', { credentialId });
    expect(shown.state).toBe(ok ? 'active' : 'refused');
    await removeAll();
  });

  it('lead nowhere private unless the operator allows it, and set no header of the connection', async () => {
    const create = (body: object) =>
      admin.post('/v1/provider-credentials', { provider: 'openai-compatible', label: 'x', ...body });

    const metadata = await create({ baseUrl: 'http://169.254.169.254/v1' });
    const loopback = await create({ baseUrl: 'http://127.0.0.1:1/v1' });
    const file = await create({ baseUrl: 'file:///etc/passwd' });
    const host = await create({ baseUrl: server.baseUrl, headers: [{ name: 'Host', value: 'evil' }] });
    const injected = await create({ baseUrl: server.baseUrl, headers: [{ name: 'x', value: 'a\r\nb: c' }] });
    const keyless = await create({ provider: 'openai' });
    const addressless = await create({ provider: 'ollama' });

    const statuses = [metadata, loopback, file, host, injected, keyless, addressless].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual(Array(7).fill(422));
    expect(host.body).toMatchObject({ errors: [{ path: 'headers.0.name' }] });
    expect(addressless.body).toMatchObject({ errors: [{ path: 'baseUrl' }] });
  });

  it('are not sent to a new address without being given again', async () => {
    const credentialId = await add(GOOD);
    const path = `/v1/provider-credentials/${credentialId}`;

    const moved = await admin.call('PATCH', path, { baseUrl: 'https://elsewhere.example.com/v1' });
    const renamed = await admin.call('PATCH', path, { label: 'Renamed' });

    expect([moved.status, moved.body.code]).toEqual([422, 'credentials.incomplete']);
    expect(renamed.body).toMatchObject({ label: 'Renamed', secretHint: 'wxyz', baseUrl: server.baseUrl });
    await removeAll();
  });

  it('are for admins alone', async () => {
    const editor = await workspace.as('editor');

    expect((await editor.get('/v1/provider-credentials')).status).toBe(403);
    expect((await editor.post('/v1/provider-credentials', { provider: 'openai', label: 'x' })).status).toBe(
      403,
    );
  });

  it('and their calls are in the ledger, each once, failed ones too', async () => {
    speak();
    await add(BAD);
    await add(GOOD);
    const put = { provider: 'openai-compatible' as const, name: 'ours', price: { input: 1, output: 10 } };
    await admin.send('models.putOverride', { body: put });
    const bot = await createBot(admin, { model });
    const conversationId = await openConversation(admin, bot.id);

    const { body } = await ask(admin, conversationId, 'Hello?');
    const { body: usage } = await admin.send('usage.report', { groupBy: 'bot', botId: bot.id });

    expect(body.answer.usage).toEqual({ inputTokens: 1_000, outputTokens: 100, costUsd: 0.002 });
    expect(usage.data).toMatchObject([
      { key: bot.id, calls: 2, failedCalls: 1, inputTokens: 1_000, unpricedCalls: 0 },
    ]);
    expect(Number(usage.totals.costUsd)).toBe(0.002);
    await removeAll();
  });

  it('end a silent call within 100 ms of being stopped, and free its socket', async () => {
    server.play(hangsAfter(textChunk('Well, ')));
    await add(GOOD);
    const bot = await createBot(admin, { model });
    const conversationId = await openConversation(admin, bot.id);
    const asking = ask(admin, conversationId, 'Hello?');
    const [running] = await eventually(
      () => testApp.turnsOf(conversationId),
      (turns) => turns.length > 0,
    );
    await eventually(
      () => Promise.resolve(server.openAnswers),
      (open) => open > 0,
    );

    await admin.send('messages.stop', { messageId: running ?? '' });
    const told = performance.now();
    await eventually(
      () => Promise.resolve(server.openAnswers),
      (open) => open === 0,
    );

    expect(performance.now() - told).toBeLessThan(500);
    expect((await asking).body.answer).toMatchObject({ status: 'aborted', content: 'Well, ' });
    expect((await messagesOf(admin, conversationId)).map(({ status }) => status)).toEqual([
      'complete',
      'aborted',
    ]);
    await removeAll();
  });
});
