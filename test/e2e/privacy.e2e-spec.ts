import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { ProviderOverloaded } from '#modules/providers';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { tablesWith } from '../support/everything-kept.js';
import type { BotPrivacyDto } from '../support/generated/api.js';
import { addPage, ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const FACT = 'The workshop in Bergen opens at ten; write to workshop@bergen.example for a repair.';
const QUESTION =
  'When does the workshop in Bergen open? I am at ada@lovelace.example and pay by 4111 1111 1111 1111.';
const speaking = new FakeChatModel('speaking', {
  texts: ['It opens at ten [1]. ', 'Call +49 30 901820, Quetzalcoatl.'],
  usage: { inputTokens: 100, outputTokens: 9 },
});
const failing = new FakeChatModel('failing', { texts: [], failure: new ProviderOverloaded() });

describeOnEachDatabase('privacy', (target) => {
  let testApp: TestApp;
  let site: TestSite;
  let sql: Sql;
  let workspace: TestWorkspace;
  let admin: TestMember;

  beforeAll(async () => {
    site = await createSite({ '/hours': articlePage('Opening hours', FACT) });
    testApp = await createTestApp({
      target,
      env: { OUTBOUND_ALLOW: site.host },
      chatModels: [speaking, failing],
    });
    sql = testApp.app.get(Sql);
  });

  beforeEach(async () => {
    workspace = await testApp.workspace();
    admin = await workspace.as('admin');
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const botWith = async (privacy: BotPrivacyDto, provider = 'speaking'): Promise<string> => {
    const source = await addPage(admin, site.url('/hours'));
    const bot = await createBot(admin, { model: { provider, name: 'any' } });
    await admin.send('bots.attach', { botId: bot.id, datasourceId: source.id });
    await admin.send('botPrivacy.set', { botId: bot.id, body: privacy });
    return bot.id;
  };

  const saidToModel = (): string =>
    speaking.requests
      .at(-1)
      ?.messages.map(({ content }) => JSON.stringify(content))
      .join('\n') ?? '';

  it('keeps all unless it is told otherwise', async () => {
    const bot = await createBot(admin);

    const { body } = await admin.send('botPrivacy.get', { botId: bot.id });

    expect(body).toEqual({
      storage: 'full',
      redact: [],
      redactForModel: false,
      phoneRegion: null,
      retentionDays: null,
      legalHold: false,
    });
  });

  it('is for new bots as the workspace says, and stays for those that are there', async () => {
    const { id: before } = await createBot(admin);
    const plain = (await admin.send('botPrivacyDefault.get')).body;
    const body = { storage: 'without_text', redact: ['email'], retentionDays: 30 } as const;
    const { body: set } = await admin.send('botPrivacyDefault.set', { body: { ...body, redact: ['email'] } });
    const editor = await workspace.as('editor');
    const { id: after } = await createBot(editor, { slug: 'chosen' });
    const { id: next } = await createBot(editor);
    const stranger = await (await testApp.workspace()).as('owner');
    const { id: elsewhere } = await createBot(stranger);
    const of = async (client: TestMember, botId: string) =>
      (await client.send('botPrivacy.get', { botId })).body;

    expect(plain).toEqual({
      ...{ storage: 'full', redact: [], redactForModel: false, phoneRegion: null, retentionDays: null },
    });
    expect(set).toEqual({ ...plain, ...body });
    expect(await of(editor, after)).toEqual({ ...set, legalHold: false });
    expect(await of(editor, next)).toEqual({ ...set, legalHold: false });
    expect((await of(editor, before)).storage).toBe('full');
    expect((await of(stranger, elsewhere)).storage).toBe('full');
    expect((await editor.send('botPrivacyDefault.get')).body).toEqual(set);
    expect((await editor.call('PUT', '/v1/workspace/bot-privacy', body)).status).toBe(403);
    expect((await admin.call('PUT', '/v1/workspace/bot-privacy', { legalHold: true })).status).toBe(422);
    await admin.send('botPrivacyDefault.set', { body: {} });
    expect((await of(editor, (await createBot(editor)).id)).storage).toBe('full');
  });

  it('is for administrators to say', async () => {
    const { id: botId } = await createBot(admin);
    const editor = await workspace.as('editor');

    const { status } = await editor.call('PUT', `/v1/bots/${botId}/privacy`, { storage: 'none' });
    const read = await editor.send('botPrivacy.get', { botId });

    expect(status).toBe(403);
    expect(read.body.storage).toBe('full');
  });

  it.each([
    [{ storage: 'some' }],
    [{ redact: ['email', 'email'] }],
    [{ redact: ['shoe-size'] }],
    [{ retentionDays: 0 }],
    [{ retentionDays: 1e9 }],
    [{ phoneRegion: 'germany' }],
    [{ legalHold: 'yes' }],
    [{ workspaceId: 'x' }],
  ])('refuses %j', async (body) => {
    const { id: botId } = await createBot(admin);

    const { status } = await admin.call('PUT', `/v1/bots/${botId}/privacy`, body);

    expect(status).toBe(422);
  });

  it('does not know the bots of others', async () => {
    const { id: botId } = await createBot(admin);
    const stranger = await (await testApp.workspace()).as('owner');

    expect((await stranger.call('GET', `/v1/bots/${botId}/privacy`)).status).toBe(404);
    expect((await stranger.call('PUT', `/v1/bots/${botId}/privacy`, {})).status).toBe(404);
  });

  it('takes out what tells of a person before anything is kept, and changes nothing of what is answered', async () => {
    const botId = await botWith({ redact: ['email', 'phone', 'card'] });
    const { body: conversation } = await admin.send('conversations.create', {
      botId,
      body: { metadata: { from: 'ada@lovelace.example', card: 4111111111111111, page: '/prices' } },
    });

    const { body } = await ask(admin, conversation.id, QUESTION);
    await admin.send('messages.rate', {
      messageId: body.answer.id,
      body: { rating: 'down', comment: 'Tell ada@lovelace.example' },
    });

    expect(body.message.content).toBe(QUESTION);
    expect(body.answer.content).toBe('It opens at ten [1]. Call +49 30 901820, Quetzalcoatl.');
    const [question, answer] = await messagesOf(admin, conversation.id);
    expect(question?.content).toBe(
      'When does the workshop in Bergen open? I am at [email] and pay by [card].',
    );
    expect(answer?.content).toBe('It opens at ten [1]. Call [phone], Quetzalcoatl.');
    expect(answer?.citations[0]?.quote).toContain('write to [email]');
    expect(answer?.feedback?.comment).toBe('Tell [email]');
    expect(conversation.metadata).toEqual({ from: '[email]', card: '[card]', page: '/prices' });
    expect(await tablesWith(sql, 'lovelace', workspace.id)).toEqual([]);
    for (const card of ['1111 1111', '11111111'])
      expect(await tablesWith(sql, card, workspace.id)).toEqual([]);
    expect(await tablesWith(sql, '901820', workspace.id)).toEqual([]);
  });

  it('lets the model have the question as it is, or not', async () => {
    const open = await openConversation(admin, await botWith({ redact: ['email'] }));
    const closed = await openConversation(admin, await botWith({ redact: ['email'], redactForModel: true }));

    await ask(admin, open, 'I am ada@lovelace.example');
    const seen = speaking.requests.at(-1)?.messages.at(-1)?.content;
    await ask(admin, closed, 'I am ada@lovelace.example');
    const unseen = speaking.requests.at(-1)?.messages.at(-1)?.content;

    expect(seen).toContain('ada@lovelace.example');
    expect(unseen).toContain('I am [email]');
    expect(unseen).not.toContain('lovelace');
  });

  it('keeps all but the text, and knows for a while what was said', async () => {
    const conversationId = await openConversation(admin, await botWith({ storage: 'without_text' }));

    const { body } = await ask(admin, conversationId, QUESTION);
    await admin.send('messages.rate', {
      messageId: body.answer.id,
      body: { rating: 'up', comment: 'Thanks from Lovelace' },
    });
    await ask(admin, conversationId, 'And on Sundays, Tlaloc?');

    expect(body.answer.content).toContain('Quetzalcoatl');
    expect(saidToModel()).toContain(QUESTION);
    const messages = await messagesOf(admin, conversationId);
    expect(messages.map(({ content }) => content)).toEqual(['', '', '', '']);
    expect(messages[1]).toMatchObject({
      answered: true,
      usage: { inputTokens: 100, outputTokens: 9 },
      citations: [{ index: 1, quote: '' }],
      feedback: { rating: 'up', comment: null },
    });
    for (const said of ['lovelace', '1111 1111', '11111111', 'Quetzalcoatl', 'Tlaloc'])
      expect(await tablesWith(sql, said, workspace.id)).toEqual([]);
  });

  it('cannot answer again what it has not kept', async () => {
    const conversationId = await openConversation(
      admin,
      await botWith({ storage: 'without_text' }, 'failing'),
    );
    await admin.post(`/v1/conversations/${conversationId}/messages`, { content: QUESTION });
    const [, answer] = await messagesOf(admin, conversationId);

    const { status, body } = await admin.post(`/v1/messages/${answer?.id ?? ''}/retry`);

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'conversations.not_to_be_retried' });
  });

  it('keeps nothing, and counts what was used', async () => {
    const botId = await botWith({ storage: 'none' });
    const { body: conversation } = await admin.send('conversations.create', {
      botId,
      body: { externalUserId: 'visitor-lovelace', metadata: { page: '/lovelace' } },
    });

    const { body } = await ask(admin, conversation.id, QUESTION);
    await ask(admin, conversation.id, 'And on Sundays, Tlaloc?');

    expect(body.answer.content).toContain('Quetzalcoatl');
    expect(saidToModel()).toContain(QUESTION);
    expect(conversation).toMatchObject({ externalUserId: null, metadata: {} });
    expect(await messagesOf(admin, conversation.id)).toEqual([]);
    const { body: after } = await admin.send('conversations.get', { conversationId: conversation.id });
    expect(after.messageCount).toBe(0);
    expect((await admin.post(`/v1/messages/${body.answer.id}/feedback`, { rating: 'up' })).status).toBe(404);
    const { body: usage } = await admin.send('usage.report', { groupBy: 'bot' });
    expect(JSON.stringify(usage)).toContain(botId);
    for (const said of ['lovelace', '1111 1111', '11111111', 'Quetzalcoatl', 'Tlaloc'])
      expect(await tablesWith(sql, said, workspace.id)).toEqual([]);
  });

  it('streams as ever where nothing is kept', async () => {
    const conversationId = await openConversation(admin, await botWith({ storage: 'none' }));

    const events = await admin.events('conversations.ask', { conversationId, body: { content: 'When?' } });

    expect(events.at(-1)).toMatchObject({ event: 'message.completed' });
    expect(await messagesOf(admin, conversationId)).toEqual([]);
  });

  it('counts from the next message on', async () => {
    const botId = await botWith({});
    const conversationId = await openConversation(admin, botId);
    await ask(admin, conversationId, 'Kept one?');
    await admin.send('botPrivacy.set', { botId, body: { storage: 'none' } });
    await ask(admin, conversationId, 'Unkept?');
    await admin.send('botPrivacy.set', { botId, body: { storage: 'full' } });

    await ask(admin, conversationId, 'Kept two?');

    const messages = await messagesOf(admin, conversationId);
    expect(messages.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      'Kept one?',
      'Kept two?',
    ]);
  });
});
