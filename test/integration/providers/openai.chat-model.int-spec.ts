import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutboundAddressRefused, OutboundClient } from '../../../src/common/http/outbound/index.js';
import { OpenAiChatModel } from '../../../src/modules/providers/adapters/openai/openai.chat-model.js';
import { CHAT_PATIENCE, type ChatPatience } from '../../../src/modules/providers/call-clock.js';
import type { ChatEvent, ChatRequest } from '../../../src/modules/providers/ports/chat-model.port.js';
import { ProviderFailure } from '../../../src/modules/providers/providers.errors.js';
import { buildChatRequest } from '../../factories/chat-request.factory.js';
import { collect } from '../../support/collect.js';
import { joinedTexts } from '../../support/joined-texts.js';
import {
  answers,
  breaksAfter,
  finishChunk,
  frames,
  hangsAfter,
  refuses,
  type Script,
  ScriptedServer,
  streams,
  textChunk,
  usageChunk,
} from './scripted-server.js';

const KEY = 'sk-very-secret-key';

describe('OpenAiChatModel', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const modelWith = (
    patience: Partial<ChatPatience> = {},
    apiKey: string | undefined = KEY,
  ): OpenAiChatModel =>
    new OpenAiChatModel({ apiKey, baseUrl: server.baseUrl, isOperators: true }, outbound, {
      ...CHAT_PATIENCE,
      ...patience,
    });

  const ask = (overrides: Partial<ChatRequest> = {}, model = modelWith()): AsyncGenerator<ChatEvent> =>
    model.stream(buildChatRequest({ model: 'gpt-4o-mini', ...overrides }));

  async function failureOf(script: Script, model = modelWith()): Promise<ProviderFailure> {
    server.play(script);
    const failure = await collect(ask({}, model)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(ProviderFailure);
    return failure as ProviderFailure;
  }

  describe('asks', () => {
    it('with key, model, settings and history', async () => {
      server.play(streams(textChunk('Hi'), finishChunk(), '[DONE]'));

      await collect(ask({ temperature: 0.2, maxOutputTokens: 50 }));

      const [request] = server.requests;
      expect(request?.path).toBe('/v1/chat/completions');
      expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
      expect(request?.body).toMatchObject({
        model: 'gpt-4o-mini',
        stream: true,
        temperature: 0.2,
        max_tokens: 50,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: expect.stringContaining('You help visitors of a museum.') },
          { role: 'user', content: 'When does the museum open?' },
        ],
      });
    });

    it('with a stand-in for the key where the server needs none', async () => {
      server.play(streams(textChunk('Hi'), finishChunk(), '[DONE]'));
      const keyless = new OpenAiChatModel({ baseUrl: server.baseUrl, isOperators: true }, outbound);

      await collect(ask({}, keyless));

      expect(server.requests[0]?.headers.authorization).toBe('Bearer none');
    });

    it('a private server that the operator named, which nobody else may reach', async () => {
      server.play(streams(textChunk('Hi'), finishChunk(), '[DONE]'));

      await collect(ask());

      await expect(outbound.fetch({ url: server.baseUrl })).rejects.toThrow(OutboundAddressRefused);
    });

    it('again without a usage report when the server does not know that setting', async () => {
      const model = modelWith();
      const refusal = refuses(400, { message: 'Unrecognized request argument: stream_options' });
      server.play(refusal, streams(textChunk('Hi'), finishChunk(), '[DONE]'));

      const events = await collect(ask({}, model));
      await collect(ask({}, model));

      expect(events.map(({ type }) => type)).toEqual(['text', 'finish']);
      expect(server.requests.map(({ body }) => 'stream_options' in body)).toEqual([true, false, false]);
    });

    it('again without a usage report when the server refuses something without saying what', async () => {
      const refusal = answers(422, '{"detail":[{"loc":["body","stream_options"],"msg":"extra"}]}');
      server.play(refusal, streams(textChunk('Hi'), finishChunk(), '[DONE]'));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    });
  });

  describe('reads', () => {
    it('texts, usage and the end, in this order', async () => {
      server.play(
        streams(
          textChunk('Nine'),
          textChunk(''),
          textChunk(' [1].'),
          finishChunk(),
          usageChunk(30, 4),
          '[DONE]',
        ),
      );

      const events = await collect(ask());

      expect(joinedTexts(events)).toEqual([
        { type: 'text', text: 'Nine [1].' },
        { type: 'usage', inputTokens: 30, outputTokens: 4 },
        { type: 'finish', reason: 'stop' },
      ]);
    });

    it.each([
      ['length', 'length'],
      ['content_filter', 'content_filter'],
      ['tool_calls', 'stop'],
      ['eos', 'stop'],
    ])('the finish reason %s as %s', async (theirs, ours) => {
      server.play(streams(textChunk('Hi'), finishChunk(theirs), '[DONE]'));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: ours });
    });

    it('a refusal of the model as its answer', async () => {
      const refusal = { choices: [{ index: 0, delta: { refusal: 'I cannot help.' }, finish_reason: null }] };
      server.play(streams(refusal, finishChunk(), '[DONE]'));

      const events = await collect(ask());

      expect(events[0]).toEqual({ type: 'text', text: 'I cannot help.' });
    });

    it('the last of several usage reports', async () => {
      const early = { ...textChunk('Hi'), usage: { prompt_tokens: 30, completion_tokens: 1 } };
      server.play(streams(early, finishChunk(), usageChunk(30, 9)));

      const events = await collect(ask());

      expect(events.filter(({ type }) => type === 'usage')).toEqual([
        { type: 'usage', inputTokens: 30, outputTokens: 9 },
      ]);
    });

    it('characters that are split between packets', async () => {
      const bytes = Buffer.from(frames(textChunk('Öffnung 👩‍🚒'), finishChunk(), '[DONE]'));
      server.play(async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const byte of bytes) {
          response.write(Buffer.of(byte));
          await sleep(0);
        }
        response.end();
      });

      const events = await collect(ask());

      expect(events[0]).toEqual({ type: 'text', text: 'Öffnung 👩‍🚒' });
    });

    it('each piece as soon as it comes', async () => {
      server.play(hangsAfter(textChunk('At once')));
      const caller = new AbortController();
      const events = ask({ signal: caller.signal });

      const first = await events.next();

      expect(first.value).toEqual({ type: 'text', text: 'At once' });
      caller.abort(new Error('enough'));
      await expect(events.next()).rejects.toThrow('enough');
    });
  });

  describe('fails', () => {
    it.each<[string, boolean, number, object]>([
      [
        'provider_auth',
        false,
        401,
        { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' },
      ],
      ['provider_auth', false, 403, { message: 'Country not supported' }],
      ['provider_auth', false, 429, { message: 'You exceeded your quota', code: 'insufficient_quota' }],
      ['provider_rate_limited', true, 429, { message: 'Slow down', code: 'rate_limit_exceeded' }],
      ['provider_overloaded', true, 500, { message: 'The server had an error' }],
      ['provider_overloaded', true, 503, { message: 'Overloaded' }],
      ['provider_timeout', true, 504, { message: 'Gateway timeout' }],
      [
        'provider_bad_request',
        false,
        404,
        { message: 'The model `x` does not exist', code: 'model_not_found' },
      ],
      ['context_too_long', false, 400, { message: 'Too long', code: 'context_length_exceeded' }],
      ['context_too_long', false, 400, { message: "This model's maximum context length is 4096 tokens" }],
      ['content_filtered', false, 400, { message: 'Filtered', code: 'content_filter' }],
    ])('with %s, retryable %s, when the server answers %i %j', async (code, retryable, status, error) => {
      const failure = await failureOf(refuses(status, error));

      expect(failure).toMatchObject({ code, retryable });
    });

    it('without telling the key, the question or the address', async () => {
      const echo = `${KEY} ${server.baseUrl} When does the museum open?`;
      const failure = await failureOf(refuses(401, { message: echo, code: echo }));

      const told = JSON.stringify([failure.message, failure.details, String(failure.cause), failure.cause]);
      expect(told).not.toMatch(/secret|127\.0\.0\.1|museum/);
      expect(failure.cause).toBeInstanceOf(Error);
    });

    it('naming the setting that the server does not take', async () => {
      const error = { message: 'Unsupported value', param: 'temperature', code: 'unsupported_value' };
      server.play(refuses(400, error));

      const answer = collect(ask({ temperature: 0.2 }));

      await expect(answer).rejects.toThrow('does not accept the setting "temperature"');
    });

    it('with the time after which the server wants to be asked again', async () => {
      const failure = await failureOf(refuses(429, { message: 'Slow down' }, { 'retry-after': '7' }));

      expect(failure.details).toEqual({ retryAfterSeconds: 7 });
    });

    it('when the connection breaks in the middle', async () => {
      const failure = await failureOf(breaksAfter(textChunk('The museum')));

      expect(failure).toMatchObject({ code: 'provider_protocol', retryable: true });
    });

    it('when the stream ends without a finish reason', async () => {
      const failure = await failureOf(streams(textChunk('The museum')));

      expect(failure.code).toBe('provider_protocol');
    });

    it('when the stream holds an error', async () => {
      const error = { message: 'The server had an error', type: 'server_error' };
      const failure = await failureOf(streams(textChunk('The museum'), { error }));

      expect(failure.code).toBe('provider_overloaded');
    });

    it.each([
      ['half a JSON object', streams('{"choices": [')],
      ['something else than chunks', streams('null', '[1]', '"text"', '{"choices": "none"}')],
      ['a web page', answers(200, '<html>Sign in</html>', 'text/html')],
    ])('when the server sends %s', async (_, script) => {
      const failure = await failureOf(script);

      expect(failure.code).toBe('provider_protocol');
    });

    it('when nobody listens', async () => {
      const model = new OpenAiChatModel({ baseUrl: 'http://127.0.0.1:9/v1' }, outbound);

      await expect(collect(ask({}, model))).rejects.toMatchObject({ code: 'provider_unreachable' });
    });

    it('when the server leads to a private address that nobody allowed', async () => {
      server.play((response) => {
        response.writeHead(307, { location: 'http://127.0.0.1:1/v1/chat/completions' });
        response.end();
      });

      await expect(collect(ask())).rejects.toMatchObject({ code: 'provider_unreachable' });
    });
  });
});
