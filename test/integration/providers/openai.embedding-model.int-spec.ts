import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { OpenAiEmbeddingModel } from '../../../src/modules/providers/adapters/openai/openai.embedding-model.js';
import { ProviderProtocolBroken } from '../../../src/modules/providers/providers.errors.js';
import { RetryPolicy } from '../../../src/modules/providers/retry-policy.js';
import { answers, refuses, type Script, ScriptedServer } from './scripted-server.js';

const DIMENSIONS = 1_536;

/** Embeds each text as its number in the batch, at full length unless said otherwise. */
function embeds(dimensions = DIMENSIONS): Script {
  return (response, request) => {
    const input = request.body.input as string[];
    const data = input.map((_, index) => ({ index, embedding: Array(dimensions).fill(index + 1) }));
    return answers(200, JSON.stringify({ data: data.toReversed() }))(response, request);
  };
}

describe('OpenAiEmbeddingModel', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const model = (timeoutMs?: number): OpenAiEmbeddingModel =>
    new OpenAiEmbeddingModel(
      { apiKey: 'sk-secret', baseUrl: server.baseUrl, isOperators: true },
      outbound,
      new RetryPolicy({ firstPauseMs: 1, maxRetries: timeoutMs ? 0 : 2 }),
      timeoutMs,
    );

  it('asks for many texts at a time, a few batches for hundreds', async () => {
    server.play(embeds());

    const vectors = await model().embed(Array.from({ length: 200 }, (_, index) => `text ${index}`));

    expect(vectors).toHaveLength(200);
    expect(server.requests.map(({ body }) => (body.input as string[]).length)).toEqual([96, 96, 8]);
    expect(server.requests[0]?.body).toMatchObject({
      model: 'text-embedding-3-small',
      encoding_format: 'base64',
    });
  });

  it('asks for the length of vectors that is wanted, and takes no other', async () => {
    const settings = { id: 'openai/large@1/64', name: 'large', dimensions: 64, askedDimensions: 64 };
    const short = new OpenAiEmbeddingModel(
      { baseUrl: server.baseUrl, isOperators: true },
      outbound,
      new RetryPolicy({ maxRetries: 0 }),
      undefined,
      settings,
    );

    server.play(embeds(64), embeds(65));

    expect((await short.embed(['text']))[0]).toHaveLength(64);
    expect(server.requests[0]?.body).toMatchObject({ model: 'large', dimensions: 64 });
    await expect(short.embed(['text'])).rejects.toThrow(ProviderProtocolBroken);
  });

  it('sends nothing empty and nothing too long', async () => {
    server.play(embeds());

    await model().embed(['', 'x'.repeat(10_000)]);

    expect((server.requests[0]?.body.input as string[]).map(({ length }) => length)).toEqual([1, 8_000]);
  });

  it('reads vectors in base64 and vectors as numbers alike', async () => {
    const direction = Float32Array.from({ length: DIMENSIONS }, (_, index) => Math.sin(index));
    const forms = [Buffer.from(direction.buffer).toString('base64'), Array.from(direction)];
    server.play(
      answers(200, JSON.stringify({ data: forms.map((embedding, index) => ({ index, embedding })) })),
    );

    const [packed, plain] = await model().embed(['one', 'another']);

    expect(packed).toEqual(plain);
    expect(packed?.[1]).toBeCloseTo(Math.sin(1) / Math.hypot(...direction), 6);
  });

  it('asks nobody when there is nothing to embed', async () => {
    server.play(embeds());

    await expect(model().embed([])).resolves.toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('tries a batch again when the provider is overloaded', async () => {
    server.play(refuses(503, { message: 'Overloaded' }), embeds());

    await expect(model().embed(['text'])).resolves.toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, string, Script]>([
    ['provider_auth', 'the key is refused', refuses(401, { message: 'Incorrect API key: sk-secret' })],
    ['provider_protocol', 'a vector has another length', embeds(3)],
    [
      'provider_protocol',
      'a vector is cut short',
      answers(200, JSON.stringify({ data: [{ index: 0, embedding: 'AACAPwAAgD8AAI' }] })),
    ],
    [
      'provider_protocol',
      'a vector is neither text nor numbers',
      answers(200, '{"data": [{"index": 0, "embedding": {}}]}'),
    ],
    ['provider_protocol', 'there is no list of vectors', answers(200, '{"data": null}')],
    ['provider_protocol', 'vectors are missing', answers(200, '{"data": []}')],
    ['provider_protocol', 'the answer is a web page', answers(200, '<html>', 'text/html')],
    [
      'provider_protocol',
      'a vector has no direction',
      answers(200, '{"data": [{"index": 0, "embedding": [0]}]}'),
    ],
    [
      'provider_bad_request',
      'the model is unknown',
      refuses(404, { message: 'no', code: 'model_not_found' }),
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
