import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ProviderOverloaded } from '#modules/providers';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { ask, createBot, ended, openConversation } from '../support/journey.js';

const FACT = 'The lamp comes with a warranty of 24 months.';
const QUESTION = 'How long is the warranty of the lamp?';

describeOnEachDatabase('a conversation as the team sees it', (target) => {
  const overloaded = new FakeChatModel('overloaded', { texts: [], failure: new ProviderOverloaded() });
  const talking = new FakeChatModel('talking', {
    texts: ['24 months [1].'],
    usage: { inputTokens: 100, outputTokens: 9 },
  });

  let testApp: TestApp;
  let workspace: TestWorkspace;
  let owner: TestMember;
  let analyst: TestMember;
  let visitor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [overloaded, talking] });
    workspace = await testApp.workspace();
    owner = await workspace.as('owner');
    analyst = await workspace.as('analyst');
    visitor = await workspace.as('viewer');
  });
  afterAll(() => testApp.close());

  const open = async (externalUserId?: string) => {
    const { id: botId } = await createBot(owner, {
      model: { provider: 'overloaded', name: 'big', fallbacks: [{ provider: 'talking', name: 'small' }] },
    });
    const { body } = await owner.send('datasources.create', {
      body: { type: 'text', name: 'Warranty', content: `# Warranty\n\n${FACT}`, botIds: [botId] },
    });
    await ended(owner, body.job.id);
    const conversationId = await openConversation(visitor, botId, externalUserId ? { externalUserId } : {});
    return { botId, datasourceId: body.id, conversationId };
  };
  const seen = async (conversationId: string) =>
    (await analyst.send('teamView.listMessages', { conversationId })).body.data;

  it('tells what an answer was made from: passages, prompt, calls, times and costs', async () => {
    const { conversationId, datasourceId } = await open();
    const { body } = await ask(visitor, conversationId, QUESTION);
    await analyst.send('corrections.put', { messageId: body.answer.id, body: { content: '25 months.' } });

    const [question, answer] = await seen(conversationId);

    expect(question).not.toHaveProperty('trace');
    expect(answer).toMatchObject({
      ...{ id: body.answer.id, content: '24 months [1].', authorId: null, latencyMs: expect.any(Number) },
      correction: { content: '25 months.' },
      trace: {
        found: [
          {
            datasourceId,
            title: 'Warranty',
            excerpt: expect.stringContaining(FACT),
            score: expect.any(Number),
          },
        ],
        ...{ supported: true, prompt: { messages: 1, chars: expect.any(Number) } },
        retrievedMs: expect.any(Number),
      },
    });
    expect(answer?.trace?.prompt?.chars).toBeGreaterThan(QUESTION.length + FACT.length);
    const calls = answer?.trace?.calls ?? [];
    expect(calls.at(-1)).toMatchObject({
      provider: 'talking',
      name: 'small',
      outcome: 'answered',
      code: null,
    });
    expect(calls[0]).toMatchObject({
      provider: 'overloaded',
      outcome: 'failed',
      code: 'provider_overloaded',
    });
  });

  it('is for the team alone', async () => {
    const { conversationId } = await open();
    const { body } = await ask(visitor, conversationId, QUESTION);
    const stranger = await (await testApp.workspace()).as('owner');
    const path = `/v1/conversations/${conversationId}`;

    expect((await visitor.get(`${path}/team-view`)).status).toBe(403);
    expect((await stranger.get(`${path}/team-view`)).status).toBe(404);
    const { body: shown } = await visitor.get<{ data: object[] }>(`${path}/messages`);
    expect(shown.data[1]).toMatchObject({ id: body.answer.id });
    for (const message of [...shown.data, body.answer]) {
      expect(message).not.toHaveProperty('trace');
      expect(message).not.toHaveProperty('authorId');
    }
  });

  it('tells who answered in place of the bot', async () => {
    const { conversationId } = await open();
    await analyst.send('handovers.takeOver', { conversationId });
    await analyst.send('handovers.reply', { conversationId, body: { content: 'It is me.' } });

    expect(await seen(conversationId)).toMatchObject([{ author: 'member', authorId: analyst.user.id }]);
  });

  it.each(['without_text', 'none'] as const)('has no trace where a bot keeps %s', async (storage) => {
    const { botId, conversationId } = await open();
    await owner.send('botPrivacy.set', { botId, body: { storage } });
    await ask(visitor, conversationId, QUESTION);

    const messages = await seen(conversationId);

    expect(messages).toHaveLength(storage === 'none' ? 0 : 2);
    expect(messages.filter(({ trace }) => trace)).toEqual([]);
  });

  it('goes with the person who is erased', async () => {
    const { conversationId } = await open('ann');
    await ask(visitor, conversationId, QUESTION);
    expect((await seen(conversationId))[1]?.trace).toBeDefined();

    const { body } = await owner.send('erasures.start', { body: { externalUserId: 'ann' } });
    await ended(owner, body.job?.id ?? '');

    const path = `/v1/conversations/${conversationId}/team-view`;
    expect((await analyst.get(path)).status).toBe(404);
  });

  it('shows no words of a passage that is not there any more', async () => {
    const { conversationId, datasourceId } = await open();
    await ask(visitor, conversationId, QUESTION);
    await owner.send('datasources.remove', { datasourceId });

    const [, answer] = await seen(conversationId);

    expect(answer?.trace?.found).toMatchObject([{ datasourceId, title: null, excerpt: null }]);
  });
});
