import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { createBot, messagesOf, openConversation } from '../support/journey.js';

const TOKENS = { inputTokens: 900, outputTokens: 100 };

describeOnEachDatabase('a budget', (target) => {
  const modest = new FakeChatModel('gemini', {
    texts: ['An answer.'],
    usage: { inputTokens: 300, outputTokens: 100 },
    delayMs: 5,
  });
  const model = new FakeChatModel('openai', { texts: ['An answer.'], usage: TOKENS, delayMs: 5 });
  let testApp: TestApp;
  let admin: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [model, modest] });
  });
  beforeEach(async () => {
    admin = await (await testApp.workspace()).as('admin');
    botId = (await createBot(admin, { model: { provider: 'openai', name: 'gpt-4.1', maxOutputTokens: 100 } }))
      .id;
  });
  afterAll(() => testApp.close());

  const asking = async (bot = botId) => {
    const conversationId = await openConversation(admin, bot);
    return admin.post(`/v1/conversations/${conversationId}/messages`, { content: 'How long?' });
  };
  const statusOf = async (budgetId: string) => (await admin.send('budgets.get', { budgetId })).body;

  it('lets no more through than fits, however many come at once', async () => {
    const amount = 8_000;
    const bot = await createBot(admin, { model: { provider: 'gemini', name: 'any', maxOutputTokens: 100 } });
    const { body: budget } = await admin.send('budgets.create', {
      body: { period: 'day', unit: 'tokens', amount },
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => asking(bot.id)));

    const answered = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answered.length).toBeGreaterThan(3);
    expect(refused.length).toBeGreaterThan(10);
    expect(new Set(refused.map(({ status, body }) => `${String(status)} ${String(body.code)}`))).toEqual(
      new Set(['402 budget_exhausted']),
    );
    expect(modest.requests).toHaveLength(answered.length);
    const { used, reserved } = await statusOf(budget.id);
    expect([used, reserved]).toEqual([400 * answered.length, 0]);
    expect(used).toBeLessThanOrEqual(amount);
  });

  it('of a bot is its own, and of money counts what calls cost', async () => {
    const { body: budget } = await admin.send('budgets.create', {
      body: { botId, period: 'month', unit: 'usd', amount: 1 },
    });
    const { id: other } = await createBot(admin, { model: { provider: 'openai', name: 'gpt-4.1' } });

    await asking();
    await asking(other);

    // 900 tokens for 2 dollars a million, and 100 for 8.
    expect((await statusOf(budget.id)).used).toBeCloseTo(0.0026, 10);
  });

  it('that is used up fails the turn before the model is asked, and keeps the question', async () => {
    await admin.send('budgets.create', { body: { period: 'day', unit: 'tokens', amount: 10 } });
    const asked = model.requests.length;
    const conversationId = await openConversation(admin, botId);

    const { status, body } = await admin.post(`/v1/conversations/${conversationId}/messages`, {
      content: 'How?',
    });

    expect([status, body.code, body.title]).toEqual([402, 'budget_exhausted', 'Budget used up']);
    expect(model.requests).toHaveLength(asked);
    expect(await messagesOf(admin, conversationId)).toMatchObject([
      { role: 'user', content: 'How?' },
      { role: 'assistant', status: 'error', error: { code: 'budget_exhausted' } },
    ]);
    const events = await admin.events('conversations.ask', { conversationId, body: { content: 'And now?' } });
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'budget_exhausted', retryable: false },
    });
  });

  it('can have a cheaper model stand in', async () => {
    const fallback = { provider: 'local', name: 'extractive' };
    await admin.send('budgets.create', { body: { period: 'day', unit: 'tokens', amount: 10, fallback } });

    const { status, body } = await asking();

    expect(status).toBe(200);
    expect(body).toMatchObject({ answer: { status: 'complete', model: fallback } });
  });

  it('is one of its kind, and of a bot that there is', async () => {
    const budget = { period: 'day' as const, unit: 'tokens' as const, amount: 10 };
    await admin.send('budgets.create', { body: budget });
    const stranger = await (await testApp.workspace()).as('owner');

    expect((await admin.post('/v1/budgets', budget)).body).toMatchObject({
      status: 409,
      code: 'budgets.exists',
    });
    expect((await stranger.post('/v1/budgets', { ...budget, botId })).status).toBe(404);
    expect((await admin.post('/v1/budgets', { ...budget, unit: 'usd', amount: 0 })).status).toBe(422);
  });

  it('tells when half, four fifths and all of it are gone, each once', async () => {
    const { body: ofDay } = await admin.send('budgets.create', {
      body: { period: 'day', unit: 'tokens', amount: 5_000 },
    });
    const { body: ofBot } = await admin.send('budgets.create', {
      body: { botId, period: 'month', unit: 'tokens', amount: 4_000 },
    });

    for (let turn = 0; turn < 4; turn += 1) await asking();

    const events = await testApp.published('budget.threshold_reached');
    const percentsOf = (id: string) =>
      events.filter(({ budgetId }) => budgetId === id).map(({ percent }) => percent);
    expect([percentsOf(ofDay.id), percentsOf(ofBot.id)]).toEqual([
      [50, 80],
      [50, 100],
    ]);
  });
});
