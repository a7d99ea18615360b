import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { GeminiEmbeddingModel } from '../../../src/modules/providers/adapters/gemini/gemini.embedding-model.js';
import { RetryPolicy } from '../../../src/modules/providers/retry-policy.js';
import { describeEmbeddingModel } from '../../contracts/embedding-model.contract.js';
import { errorBody, errorInfo, errs } from './gemini-frames.js';
import { answers, type Script, ScriptedServer, type SeenRequest } from './scripted-server.js';

const DIMENSIONS = 768;
const KEY = 'AIzaVery-secret-key';

/** What a request for embeddings asks. */
interface Asked {
  readonly model: string;
  readonly content: { readonly parts: readonly { readonly text: string }[] };
  readonly outputDimensionality: number;
}

function askedIn(request: SeenRequest | undefined): Asked[] {
  return (request?.body.requests ?? []) as Asked[];
}

function textsIn(request: SeenRequest | undefined): string[] {
  return askedIn(request).map(({ content }) => content.parts.map(({ text }) => text).join());
}

/** Embeds each text by its characters, not of unit length. */
function embeds(dimensions = DIMENSIONS): Script {
  return (response, request) => {
    const embeddings = textsIn(request).map((text) => ({
      values: Array.from({ length: dimensions }, (_, index) => text.charCodeAt(index % text.length) % 31),
    }));
    return answers(200, JSON.stringify({ embeddings }))(response, request);
  };
}

describeEmbeddingModel('Gemini', async () => {
  const outbound = new OutboundClient({ allow: [] });
  const server = await ScriptedServer.start();
  server.play(embeds());
  return {
    model: new GeminiEmbeddingModel({ apiKey: KEY, baseUrl: server.baseUrl, isOperators: true }, outbound),
    close: async () => {
      await outbound.close();
      await server.stop();
    },
  };
});

describe('GeminiEmbeddingModel', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const model = (timeoutMs?: number): GeminiEmbeddingModel =>
    new GeminiEmbeddingModel(
      { apiKey: KEY, baseUrl: server.baseUrl, isOperators: true },
      outbound,
      new RetryPolicy({ firstPauseMs: 1, maxRetries: timeoutMs ? 0 : 2 }),
      timeoutMs,
    );

  it('is named by provider, model and version', () => {
    expect(model()).toMatchObject({ id: 'gemini/gemini-embedding-001@1', dimensions: DIMENSIONS });
  });

  it('asks for many texts at a time, a few batches for hundreds', async () => {
    server.play(embeds());

    const vectors = await model().embed(Array.from({ length: 200 }, (_, index) => `text ${index}`));

    expect(vectors).toHaveLength(200);
    expect(server.requests.map((request) => askedIn(request).length)).toEqual([96, 96, 8]);
    expect(server.requests[0]).toMatchObject({
      path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
      headers: { 'x-goog-api-key': KEY },
    });
    expect(askedIn(server.requests[0]).at(-1)).toEqual({
      model: 'models/gemini-embedding-001',
      content: { role: 'user', parts: [{ text: 'text 95' }] },
      outputDimensionality: DIMENSIONS,
    });
  });

  it('sends nothing empty and nothing too long', async () => {
    server.play(embeds());

    await model().embed(['', 'x'.repeat(10_000)]);

    expect(textsIn(server.requests[0]).map(({ length }) => length)).toEqual([1, 8_000]);
  });

  it('brings vectors to unit length, in the order of the texts', async () => {
    const values = [3, 4, ...Array<number>(DIMENSIONS - 2).fill(0)];
    const embeddings = [{ values }, { values: values.toReversed() }];
    server.play(answers(200, JSON.stringify({ embeddings })));

    const [one, another] = await model().embed(['one', 'another']);

    expect([one?.[0], one?.[1], another?.at(-1)]).toEqual([0.6, 0.8, 0.6].map(Math.fround));
  });

  it('asks nobody when there is nothing to embed', async () => {
    server.play(embeds());

    await expect(model().embed([])).resolves.toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('tries a batch again when the provider is overloaded', async () => {
    server.play(errs(503, errorBody(503, 'UNAVAILABLE', 'The model is overloaded.')), embeds());

    await expect(model().embed(['text'])).resolves.toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it('does not try again when the provider asks for a long pause', async () => {
    const body = errorBody(429, 'RESOURCE_EXHAUSTED', 'Slow down', [{ retryDelay: '44s' }]);
    server.play(errs(429, body), embeds());

    await expect(model().embed(['text'])).rejects.toMatchObject({
      code: 'provider_rate_limited',
      details: { retryAfterSeconds: 44 },
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, string, Script]>([
    [
      'provider_auth',
      'the key is refused',
      errs(400, errorBody(400, 'INVALID_ARGUMENT', `Bad key ${KEY}`, [errorInfo('API_KEY_INVALID')])),
    ],
    ['provider_protocol', 'a vector has another length', embeds(3)],
    [
      'provider_protocol',
      'a vector is no list of numbers',
      answers(200, '{"embeddings": [{"values": "AACA"}]}'),
    ],
    ['provider_protocol', 'a vector is missing', answers(200, '{"embeddings": [{}]}')],
    ['provider_protocol', 'there is no list of vectors', answers(200, '{"embeddings": null}')],
    ['provider_protocol', 'there is nothing at all', answers(200, 'null')],
    ['provider_protocol', 'vectors are missing', answers(200, '{"embeddings": []}')],
    ['provider_protocol', 'the answer is a web page', answers(200, '<html>', 'text/html')],
    [
      'provider_protocol',
      'a vector has no direction',
      answers(200, JSON.stringify({ embeddings: [{ values: Array(DIMENSIONS).fill(0) }] })),
    ],
    [
      'provider_bad_request',
      'the model is unknown',
      errs(404, errorBody(404, 'NOT_FOUND', 'models/x is not found for API version v1beta')),
    ],
  ])('fails with %s when %s', async (code, _, script) => {
    server.play(script);

    await expect(model().embed(['text'])).rejects.toMatchObject({ code });
  });

  it('does not wait forever', async () => {
    server.play(() => undefined);

    await expect(model(100).embed(['text'])).rejects.toMatchObject({ code: 'provider_timeout' });
  });

  it('stops at once when it is aborted', async () => {
    server.play(() => undefined);
    const reason = new Error('gone');
    const caller = new AbortController();

    const embedding = model().embed(['text'], { signal: caller.signal });
    setTimeout(() => caller.abort(reason), 50);

    await expect(embedding).rejects.toBe(reason);
  });
});
