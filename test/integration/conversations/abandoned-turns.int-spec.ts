import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { CloseAbandonedTurns } from '../../../src/modules/conversations/use-cases/close-abandoned-turns.js';
import { FakeChatModel } from '../../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../../support/app.js';
import { describeOnEachDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { createBot, messagesOf, openConversation } from '../../support/journey.js';

const MODEL = { provider: 'openai', name: 'gpt-4.1', maxOutputTokens: 100 };
const SPENT = { inputTokens: 300, outputTokens: 100 };

interface EnteredCall {
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

describeOnEachDatabase('a turn whose process has died', (target) => {
  let gate: PromiseWithResolvers<void>;
  const model = new FakeChatModel('openai', {
    ...{ texts: ['An ', 'answer.'], usage: SPENT },
    until: () => gate.promise,
  });
  let testApp: TestApp;
  let admin: TestMember;
  let conversationId: string;
  let asked: Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [model] });
  });
  beforeEach(async () => {
    gate = Promise.withResolvers();
    admin = await (await testApp.workspace()).as('admin');
  });
  afterEach(async () => {
    gate.resolve();
    await asked;
  });
  afterAll(() => testApp.close());

  const database = <Row>(sql: string): Promise<Row[]> =>
    testApp.app
      .get(Tenancy)
      .runUnbound(() => testApp.app.get(Sql).acrossWorkspaces<Row>('a test', sql, [conversationId]));
  /** Asks a bot, and waits until its model is at it. */
  const ask = async (): Promise<void> => {
    conversationId = await openConversation(admin, (await createBot(admin, { model: MODEL })).id);
    const before = model.requests.length;
    asked = admin.post(`/v1/conversations/${conversationId}/messages`, { content: 'How long?' });
    await eventually(
      () => model.requests.length,
      (count) => count > before,
    );
  };
  /** Closes it as another process does once the lease has run out. */
  const die = async (): Promise<void> => {
    await database(
      `update conversations set turn_expires_at = now() - interval '1 second' where id = ? returning id`,
    );
    await testApp.app
      .get(Tenancy)
      .runUnbound(() => testApp.app.get(CloseAbandonedTurns, { strict: false }).execute(50));
  };
  const entered = (): Promise<EnteredCall[]> =>
    database<EnteredCall>(
      `select provider, model, outcome, code, input_tokens + output_tokens as tokens, cost_usd::float8 as "costUsd"
       from model_calls where conversation_id = ? order by started_at`,
    );

  it('has its call in the ledger: aborted, and not priced', async () => {
    await ask();

    await die();

    expect(await entered()).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4.1',
        outcome: 'aborted',
        code: 'abandoned',
        tokens: null,
        costUsd: null,
      },
    ]);
    expect((await admin.send('usage.report', {})).body.totals).toMatchObject({
      ...{ calls: 1, failedCalls: 0, unpricedCalls: 1, inputTokens: 0 },
    });
    expect(await messagesOf(admin, conversationId)).toMatchObject([
      { role: 'user', status: 'complete' },
      { role: 'assistant', status: 'error', error: { code: 'conversations.turn_interrupted' } },
    ]);
  });

  it('has spent what was held back for it, once', async () => {
    const { body: budget } = await admin.send('budgets.create', {
      body: { period: 'day', unit: 'tokens', amount: 10_000 },
    });
    await ask();
    const statusOf = async () => (await admin.send('budgets.get', { budgetId: budget.id })).body;
    const { reserved } = await statusOf();

    await die();
    await die();

    expect(reserved).toBeGreaterThan(100);
    expect(await statusOf()).toMatchObject({ used: reserved, reserved: 0 });
  });

  it('is counted for the model that a budget had put in the place of the bot’s', async () => {
    const fallback = { provider: 'openai', name: 'gpt-4.1-mini' };
    await admin.send('budgets.create', { body: { period: 'day', unit: 'usd', amount: 0.001, fallback } });
    await ask();

    await die();

    expect(await entered()).toMatchObject([{ model: 'gpt-4.1-mini', outcome: 'aborted' }]);
  });

  it('has the call as it was, once its process turns out to live', async () => {
    await ask();
    await die();

    gate.resolve();
    const { status, body } = await asked;

    expect([status, body['code']]).toEqual([503, 'conversations.turn_interrupted']);
    expect(await entered()).toMatchObject([{ outcome: 'answered', code: null, tokens: 400 }]);
    expect(await messagesOf(admin, conversationId)).toHaveLength(2);
  });
});
