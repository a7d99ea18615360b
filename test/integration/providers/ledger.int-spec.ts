import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, Sql, Tenancy } from '#common/database';
import type { ModelCall } from '../../../src/modules/providers/index.js';
import { Ledger } from '../../../src/modules/providers/usage/ledger.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { describeOnEachDatabase } from '../../support/database.js';

const price = { input: 2, output: 8, asOf: '2026-01-01', source: 'a list' };
const call = (attempt: number, more: Partial<ModelCall> = {}): ModelCall => ({
  ...{
    kind: 'chat' as const,
    provider: 'openai',
    name: 'gpt-4.1',
    credentialId: null,
    attempt,
    startedAt: new Date(),
    latencyMs: 12,
  },
  ...{ firstTokenMs: null, outcome: 'failed', code: 'provider_timeout', usage: null, price, costUsd: null },
  ...more,
});

describeOnEachDatabase('the ledger', (target) => {
  let testApp: TestApp;
  let workspaceId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    workspaceId = (await testApp.workspace()).id;
  });
  afterAll(() => testApp.close());

  it('has each call once, however often its statement is run', async () => {
    const messageId = newId();
    const ids = {
      workspaceId,
      botId: newId(),
      conversationId: newId(),
      messageId,
      userId: newId(),
      apiKeyId: null,
    };
    const usage = { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 50 };
    const answered = call(2, { outcome: 'answered', code: null, usage, costUsd: 0.0024, firstTokenMs: 8 });
    const { sql, params } = testApp.app.get(Ledger).entry(ids, [call(1), answered]);

    const rows = await testApp.app.get(Tenancy).runUnbound(async () => {
      const database = testApp.app.get(Sql);
      for (let run = 0; run < 2; run += 1)
        await database.acrossWorkspaces('a test', `with entry as (${sql}) select 1`, params);
      return database.acrossWorkspaces(
        'a test',
        `select attempt, outcome, code, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens,
           cost_usd::float8 as cost_usd, price->>'input' as input_price from model_calls where message_id = ? order by 1`,
        [messageId],
      );
    });

    const unknown = { input_tokens: null, cached_input_tokens: null, output_tokens: null, cost_usd: null };
    expect(rows).toEqual([
      {
        attempt: 1,
        outcome: 'failed',
        code: 'provider_timeout',
        reasoning_tokens: null,
        input_price: '2',
        ...unknown,
      },
      {
        ...{ attempt: 2, outcome: 'answered', code: null, reasoning_tokens: null, input_price: '2' },
        ...{ input_tokens: 1_000, cached_input_tokens: 400, output_tokens: 50, cost_usd: 0.0024 },
      },
    ]);
  });
});
