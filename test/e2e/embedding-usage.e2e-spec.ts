import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderOverloaded } from '#modules/providers';
import { FakeEmbeddingModel, TOKENS_A_TEXT } from '../fakes/fake.embedding-model.js';
import { apiClient } from '../support/api-client.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage, ask, createBot, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

/** The price of the catalogue for a text that the fake has read. */
const A_TEXT_USD = (TOKENS_A_TEXT * 0.02) / 1_000_000;

class BreakableEmbeddingModel extends FakeEmbeddingModel {
  isBroken = false;

  override embed(...asked: Parameters<FakeEmbeddingModel['embed']>): Promise<Float32Array[]> {
    return this.isBroken ? Promise.reject(new ProviderOverloaded()) : super.embed(...asked);
  }
}

describe('calls of an embedding model that costs something', () => {
  const embeddingModel = new BreakableEmbeddingModel('openai/text-embedding-3-small@1');
  let testApp: TestApp;
  let site: TestSite;

  beforeAll(async () => {
    site = await createSite({
      '/help': articlePage('Help', 'The Aurora lamp comes with a warranty of 24 months.'),
    });
    testApp = await createTestApp({ env: { OUTBOUND_ALLOW: site.host }, embeddingModel });
  });
  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  /** Somebody of a new workspace, with a bot that knows one page. */
  async function begin(): Promise<{ owner: TestMember; botId: string; datasourceId: string }> {
    const owner = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(owner);
    const { id: datasourceId } = await addPage(owner, site.url('/help'), [botId]);
    return { owner, botId, datasourceId };
  }

  const report = async (member: TestMember, query: object) => (await member.send('usage.report', query)).body;

  it('are counted and priced for the source whose passages they embed', async () => {
    const { owner, datasourceId } = await begin();

    const { data } = await report(owner, { groupBy: 'datasource', kind: 'embedding' });

    expect(data).toMatchObject([{ key: datasourceId, calls: 1, outputTokens: 0, unpricedCalls: 0 }]);
    const texts = (data[0]?.inputTokens ?? 0) / TOKENS_A_TEXT;
    expect(texts).toBeGreaterThan(0);
    expect(Number(data[0]?.costUsd)).toBeCloseTo(texts * A_TEXT_USD, 10);
  });

  it('are counted for the bot and for whom a question was embedded, beside those of the model that answers', async () => {
    const { owner, botId } = await begin();

    await ask(owner, await openConversation(owner, botId), 'How long is the warranty?');

    const { data, totals } = await report(owner, { groupBy: 'kind', botId });
    expect(data).toMatchObject([
      { key: 'chat', calls: 1, inputTokens: 0 },
      { key: 'embedding', calls: 1, inputTokens: TOKENS_A_TEXT, unpricedCalls: 0 },
    ]);
    expect(totals.calls).toBe(2);
    const { data: byUser } = await report(owner, { groupBy: 'user', kind: 'embedding', botId });
    expect(byUser).toMatchObject([{ key: owner.user.id, calls: 1 }]);
  });

  it('are counted for the key that searches', async () => {
    const { owner, botId } = await begin();
    const { body: key } = await owner.send('apiKeys.create', { body: { name: 'Search', role: 'viewer' } });

    await apiClient(testApp.baseUrl, key.key).send('bots.search', { botId, body: { query: 'warranty' } });

    const { data } = await report(owner, { groupBy: 'key', botId });
    expect(data).toMatchObject([{ key: key.id, calls: 1, inputTokens: TOKENS_A_TEXT }]);
  });

  it('are counted as failed where they fail, and the question is answered from its words', async () => {
    const { owner, botId } = await begin();
    embeddingModel.isBroken = true;

    const { body } = await ask(owner, await openConversation(owner, botId), 'How long is the warranty?');
    embeddingModel.isBroken = false;

    expect(body.answer.content).toContain('24 months');
    const { data } = await report(owner, { groupBy: 'kind', botId, kind: 'embedding' });
    expect(data).toMatchObject([{ key: 'embedding', calls: 1, failedCalls: 1, unpricedCalls: 0 }]);
  });
});
