import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { runInsights } from '../support/insights.js';
import { ask, createBot, messagesOf, openConversation } from '../support/journey.js';

describeOnEachDatabase('handing over', (target) => {
  const talking = new FakeChatModel('talking', { texts: ['Gladly.'] });
  const slow = new FakeChatModel('slow', {
    texts: Array.from({ length: 500 }, (_, word) => `word${String(word)} `),
    delayMs: 20,
  });

  let testApp: TestApp;
  let workspace: TestWorkspace;
  let owner: TestMember;
  let analyst: TestMember;
  let visitor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [talking, slow] });
    workspace = await testApp.workspace();
    owner = await workspace.as('owner');
    analyst = await workspace.as('analyst');
    visitor = await workspace.as('viewer');
  });
  afterAll(() => testApp.close());

  const open = async (provider = 'talking') => {
    const { id: botId } = await createBot(owner, { model: { provider, name: 'any' } });
    return { botId, conversationId: await openConversation(visitor, botId) };
  };
  const say = async (conversationId: string, content: string) =>
    (await visitor.send('conversations.ask', { conversationId, body: { content } })).body;

  it('silences the bot until it is handed back, and people answer meanwhile', async () => {
    const { botId, conversationId } = await open();
    await ask(visitor, conversationId, 'May I?');
    await analyst.send('handovers.takeOver', { conversationId });
    await analyst.send('inbox.markRead', { conversationId });
    const asked = talking.requests.length;

    const held = await say(conversationId, 'Is anybody there?');

    expect(held).toMatchObject({ message: { author: 'visitor' }, answer: null, handedOver: true });
    expect(talking.requests).toHaveLength(asked);
    const waiting = await analyst.send('conversations.list', { botId, handedOver: true, unread: true });
    expect(waiting.body.data).toMatchObject([{ id: conversationId, handedOverAt: expect.any(String) }]);
    const { body: reply } = await analyst.send('handovers.reply', {
      conversationId,
      body: { content: 'I am Ann.' },
    });
    expect(reply).toMatchObject({
      role: 'assistant',
      author: 'member',
      content: 'I am Ann.',
      status: 'complete',
    });
    expect((await analyst.send('conversations.get', { conversationId })).body.isUnread).toBe(false);
    await analyst.send('handovers.handBack', { conversationId });
    const { body } = await ask(visitor, conversationId, 'And now?');
    expect(body.answer).toMatchObject({ author: 'bot', content: 'Gladly.' });
    expect(talking.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
      ...['May I?', 'Gladly.', 'Is anybody there?', 'I am Ann.', 'And now?'],
    ]);
    expect((await messagesOf(visitor, conversationId)).map(({ author }) => author)).toEqual([
      ...['visitor', 'bot', 'visitor', 'member', 'visitor', 'bot'],
    ]);
    const facts = { conversationId, botId };
    expect(await testApp.published('conversation.handed_over')).toContainEqual({
      ...{ ...facts, actorId: analyst.user.id },
    });
    expect(await testApp.published('conversation.handed_back')).toContainEqual({
      ...{ ...facts, actorId: analyst.user.id },
    });
    expect(await testApp.published('message.waiting')).toContainEqual({
      ...facts,
      messageId: held.message.id,
    });
    expect(await testApp.published('message.replied')).toContainEqual({
      ...{ ...facts, messageId: reply.id, authorId: analyst.user.id },
    });
  });

  it('is told in a stream by the one event there is, and in the words of the protocol of OpenAI', async () => {
    const { botId, conversationId } = await open();
    await analyst.send('handovers.takeOver', { conversationId });

    const events = await visitor.events('conversations.ask', { conversationId, body: { content: 'Hello?' } });
    const completion = await visitor.send('chatCompletions.create', {
      body: {
        ...{ model: botId, metadata: { conversation_id: conversationId } },
        messages: [{ role: 'user', content: 'Hello again?' }],
      },
    });

    expect(events).toMatchObject([
      { event: 'message.handed_over', data: { message: { content: 'Hello?', author: 'visitor' } } },
    ]);
    expect(completion.body).toMatchObject({ handed_over: true, choices: [{ message: { content: '' } }] });
    expect(await messagesOf(visitor, conversationId)).toHaveLength(2);
  });

  it('stops the answer that is being given, and people speak after it', async () => {
    const { conversationId } = await open('slow');
    const asking = ask(visitor, conversationId, 'Talk.');
    await eventually(
      () => Promise.resolve(slow.requests.length),
      (requests) => requests > 0,
    );

    await analyst.send('handovers.takeOver', { conversationId });
    await analyst.send('handovers.reply', { conversationId, body: { content: 'My turn.' } });

    expect((await asking).body.answer).toMatchObject({ status: 'aborted', author: 'bot' });
    const said = await messagesOf(visitor, conversationId);
    expect(said.map(({ author, status }) => [author, status])).toEqual([
      ['visitor', 'complete'],
      ['bot', 'aborted'],
      ['member', 'complete'],
    ]);
    const retried = await owner.post(`/v1/messages/${said[1]?.id ?? ''}/retry`);
    expect([retried.status, retried.body['code']]).toEqual([409, 'conversations.handed_over']);
  });

  it('is noted once, however often it is asked for', async () => {
    const { conversationId } = await open();
    for (let count = 0; count < 2; count += 1) await analyst.send('handovers.takeOver', { conversationId });
    for (let count = 0; count < 2; count += 1) await owner.send('handovers.handBack', { conversationId });

    const { body } = await owner.send('auditLog.list', { subjectId: conversationId });
    expect(body.data.map(({ action, userId }) => [action, userId])).toEqual([
      ['conversation.hand_back', owner.user.id],
      ['conversation.take_over', analyst.user.id],
    ]);
    const reply = await analyst.post(`/v1/conversations/${conversationId}/replies`, { content: 'Hello?' });
    expect([reply.status, reply.body['code']]).toEqual([409, 'conversations.not_handed_over']);
  });

  it('is not possible where no text is kept, for visitors, and from outside', async () => {
    const { botId, conversationId } = await open();
    const stranger = await (await testApp.workspace()).as('owner');
    const path = `/v1/conversations/${conversationId}`;

    expect((await visitor.call('PUT', `${path}/handover`)).status).toBe(403);
    for (const [method, place] of [
      ['PUT', 'handover'],
      ['DELETE', 'handover'],
      ['POST', 'replies'],
    ] as const)
      expect((await stranger.call(method, `${path}/${place}`, { content: 'x' })).status).toBe(404);
    await owner.send('botPrivacy.set', { botId, body: { storage: 'without_text' } });
    const refused = await analyst.call('PUT', `${path}/handover`);
    expect([refused.status, refused.body['code']]).toEqual([409, 'conversations.text_not_kept']);
  });

  it('lets the bot answer again once no text is kept any more', async () => {
    const { botId, conversationId } = await open();
    await analyst.send('handovers.takeOver', { conversationId });
    await owner.send('botPrivacy.set', { botId, body: { storage: 'none' } });

    const { body } = await ask(visitor, conversationId, 'May I?');

    expect(body.answer.content).toBe('Gladly.');
  });

  it('keeps what people say without what tells of a person, as the bot wants it', async () => {
    const { botId, conversationId } = await open();
    await owner.send('botPrivacy.set', { botId, body: { redact: ['email'] } });
    await analyst.send('handovers.takeOver', { conversationId });

    await analyst.send('handovers.reply', { conversationId, body: { content: 'Write to ann@example.com.' } });

    const [said] = await messagesOf(visitor, conversationId);
    expect(said?.content).toBe('Write to [email].');
  });

  it('is a sign of a gap: of what the bot said last, and of what people answered', async () => {
    const { botId, conversationId } = await open();
    const other = await openConversation(visitor, botId);
    await ask(visitor, conversationId, 'How long does delivery to Norway take?');
    await ask(visitor, other, 'How do I get a refund for my lamp?');
    await runInsights(owner, botId);
    await analyst.send('handovers.takeOver', { conversationId });
    await say(conversationId, 'Do you sell umbrellas in the shop?');
    await analyst.send('handovers.reply', { conversationId, body: { content: 'We do.' } });
    await analyst.send('handovers.handBack', { conversationId });

    await runInsights(owner, botId);

    const { body } = await owner.send('gaps.list', { botId });
    const signals = new Map(body.data.map((gap) => [gap.question, gap.signals.handedOver]));
    expect(signals.get('How long does delivery to Norway take?')).toBe(1);
    expect(signals.get('Do you sell umbrellas in the shop?')).toBe(1);
    expect(signals.get('How do I get a refund for my lamp?')).toBe(0);
  });
});
