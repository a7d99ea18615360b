import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { refuses, ScriptedServer } from '../integration/providers/scripted-server.js';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import type { SearchResponse } from '../support/generated/api.js';
import { ask, createBot, ended, openConversation, type SourceView } from '../support/journey.js';
import { reranks } from '../support/rerank-script.js';

const QUESTION = 'How is it that the lamp has the warranty?';
/** Of the question, the first has the words that tell something, the second more of all its words. */
const TEXTS = [
  'Lamp warranty: 24 months for every lamp.',
  'How it is that the chair has the legs that it has, and where the warranty of all chairs and tables is kept.',
  'A blue cushion.',
];
const SECOND = 'Manual 1';

describeOnEachDatabase('a bot with a reranker', (target) => {
  const model = new FakeChatModel('obedient', { texts: ['The warranty of all chairs is kept [1].'] });
  let testApp: TestApp;
  let server: ScriptedServer;
  let owner: TestMember;
  let botId: string;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    testApp = await createTestApp({
      ...{ target, chatModels: [model] },
      env: { OUTBOUND_ALLOW: new URL(server.baseUrl).host },
    });
  });
  beforeEach(async () => {
    server.play(reranks);
    owner = await (await testApp.workspace()).as('owner');
    botId = (await createBot(owner)).id;
    for (const [index, content] of TEXTS.entries()) {
      const { body } = await owner.post<SourceView>('/v1/datasources', {
        ...{ type: 'text', name: `Manual ${String(index)}`, content, botIds: [botId] },
      });
      await ended(owner, body.job.id);
    }
  });
  afterAll(async () => {
    await testApp.close();
    await server.stop();
  });

  const rerankBy = async (withCredential = true): Promise<void> => {
    if (withCredential) {
      await owner.send('providerCredentials.create', {
        body: { provider: 'openai-compatible', label: 'Ours', secret: 'sk-1', baseUrl: server.baseUrl },
      });
    }
    const retrieval = { topK: 2, reranker: { provider: 'openai-compatible' as const, name: 'bge' } };
    await owner.send('bots.update', { botId, body: { retrieval } });
  };
  const search = async (): Promise<SearchResponse> => {
    const { status, body } = await owner.post<SearchResponse>(`/v1/bots/${botId}/search?explain=true`, {
      query: QUESTION,
    });
    expect(status).toBe(200);
    return body;
  };

  it('finds in its order, and says so', async () => {
    const before = await search();
    await rerankBy();

    const { data, explanation } = await search();

    expect(before.data[0]?.title).toBe('Manual 0');
    expect(before.explanation?.reranking).toBeNull();
    expect(data.map(({ title }) => title)).toEqual([SECOND, 'Manual 0']);
    expect(data[0]?.rerankScore).toBeCloseTo(8 / 9, 5);
    expect(explanation?.reranking).toEqual({
      ...{ model: 'openai-compatible/bge', isApplied: true, failure: null },
    });
    expect(explanation?.passages[0]).toMatchObject({
      ...{ title: 'Manual 0', weighted: { rank: 1 }, reranked: { rank: 2 } },
    });
    expect(server.requests[0]?.body).toMatchObject({ model: 'bge', query: QUESTION });
  });

  it('answers in its order, and has what that costs in the ledger', async () => {
    await rerankBy();
    await owner.send('bots.update', { botId, body: { model: { provider: 'obedient', name: 'any' } } });

    const { answer } = (await ask(owner, await openConversation(owner, botId), QUESTION)).body;

    expect(answer.citations[0]?.title).toBe(SECOND);
    const { data } = (await owner.send('usage.report', { groupBy: 'model', kind: 'rerank' })).body;
    expect(data).toMatchObject([{ key: 'openai-compatible/bge', calls: 1, inputTokens: 11 }]);
  });

  it.each([
    ['that refuses', refuses(503, { message: 'overloaded' }), true],
    ['that does not speak the protocol', refuses(200, { message: 'what?' }), true],
    ['without a credential', reranks, false],
  ])('keeps the order of the scores with a server %s', async (_, script, withCredential) => {
    await rerankBy(withCredential);
    server.play(script);

    const { data, explanation } = await search();

    expect(data.map(({ title }) => title)).toEqual(['Manual 0', SECOND]);
    expect(data[0]).not.toHaveProperty('rerankScore');
    expect(explanation?.reranking).toMatchObject({
      ...{ isApplied: false, failure: expect.stringMatching(/^provider_/) },
    });
  });

  it('waits for it three seconds at most', async () => {
    await rerankBy();
    server.play(() => undefined);
    const begun = performance.now();

    const { explanation } = await search();

    expect(explanation?.reranking).toMatchObject({ isApplied: false });
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  it('has no reranker of a provider that has none', async () => {
    for (const reranker of [{ provider: 'anthropic', name: 'x' }, { provider: 'vllm' }, 'bge'])
      expect((await owner.call('PATCH', `/v1/bots/${botId}`, { retrieval: { reranker } })).status).toBe(422);
  });
});
