import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { OpenAiReranker } from '../../../src/modules/providers/adapters/openai/openai.reranker.js';
import { ProviderFailure, ProviderProtocolBroken } from '../../../src/modules/providers/providers.errors.js';
import { describeReranker } from '../../contracts/reranker.contract.js';
import { FakeReranker } from '../../fakes/fake.reranker.js';
import { reranks, reranksTexts } from '../../support/rerank-script.js';
import { answers, refuses, type Script, ScriptedServer } from './scripted-server.js';

describeReranker('The fake', () => Promise.resolve({ reranker: new FakeReranker() }));

for (const [name, script] of [
  ['A server like Cohere, Jina and vLLM', reranks],
  ['Text Embeddings Inference', reranksTexts],
] as const) {
  describeReranker(name, async () => {
    const server = await ScriptedServer.start();
    const outbound = new OutboundClient({ allow: [] });
    server.play(script);
    return {
      reranker: new OpenAiReranker({ baseUrl: server.baseUrl, isOperators: true }, outbound, 'bge'),
      close: async () => {
        await outbound.close();
        await server.stop();
      },
    };
  });
}

describe('OpenAiReranker', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const reranker = (timeoutMs?: number): OpenAiReranker =>
    new OpenAiReranker(
      { apiKey: 'sk-secret', baseUrl: server.baseUrl, isOperators: true },
      outbound,
      'bge',
      timeoutMs,
    );
  const scored = (...scores: readonly unknown[]): Script => answers(200, JSON.stringify({ results: scores }));

  it('asks as the protocol says, and tells what was counted', async () => {
    const counted: number[] = [];
    server.play(reranks);

    await reranker().rerank('which', ['a', 'b'], { onTokens: (tokens) => counted.push(tokens) });

    expect(server.requests[0]).toMatchObject({
      path: '/v1/rerank',
      headers: { authorization: 'Bearer sk-secret' },
      body: { model: 'bge', query: 'which', documents: ['a', 'b'] },
    });
    expect(counted).toEqual([11]);
  });

  it('asks only once in the wrong way', async () => {
    server.play(reranksTexts);
    const asked = reranker();

    await asked.rerank('which', ['a']);
    await asked.rerank('which', ['a']);

    expect(server.requests.map(({ body }) => Object.keys(body).at(-1))).toEqual([
      'documents',
      'texts',
      'texts',
    ]);
  });

  it.each([
    ['too few', scored({ index: 0, relevance_score: 1 })],
    ['one twice', scored({ index: 0, relevance_score: 1 }, { index: 0, relevance_score: 1 })],
    ['one of no text', scored({ index: 0, relevance_score: 1 }, { index: 2, relevance_score: 1 })],
    ['no numbers', scored({ index: 0, relevance_score: 'high' }, { index: 1, relevance_score: null })],
    ['nothing at all', answers(200, 'null')],
    ['a page', answers(200, '<html>')],
  ])('takes %s for a broken protocol', async (_, script) => {
    server.play(script);

    await expect(reranker().rerank('which', ['a', 'b'])).rejects.toBeInstanceOf(ProviderProtocolBroken);
  });

  it('fails when it is refused, and when nothing comes in time', async () => {
    server.play(refuses(401, { message: 'Incorrect API key' }));
    await expect(reranker().rerank('which', ['a'])).rejects.toBeInstanceOf(ProviderFailure);

    server.play(() => undefined);
    await expect(reranker(100).rerank('which', ['a'])).rejects.toBeInstanceOf(ProviderFailure);
  });
});
