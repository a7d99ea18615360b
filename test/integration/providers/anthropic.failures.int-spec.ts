import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { AnthropicChatModel } from '../../../src/modules/providers/adapters/anthropic/anthropic.chat-model.js';
import { CHAT_PATIENCE, type ChatPatience } from '../../../src/modules/providers/call-clock.js';
import type { ChatEvent, ChatRequest } from '../../../src/modules/providers/ports/chat-model.port.js';
import { ProviderFailure } from '../../../src/modules/providers/providers.errors.js';
import { buildChatRequest } from '../../factories/chat-request.factory.js';
import { collect } from '../../support/collect.js';
import { errorFrame, errs, messageStart, sends, sendsAndBreaks, textBlock } from './anthropic-frames.js';
import { answers, type Script, ScriptedServer } from './scripted-server.js';

const KEY = 'sk-ant-very-secret-key';
const MODEL = 'claude-sonnet-5-5';

describe('AnthropicChatModel, when things go wrong,', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const modelWith = (patience: Partial<ChatPatience> = {}): AnthropicChatModel =>
    new AnthropicChatModel({ apiKey: KEY, baseUrl: server.baseUrl, isOperators: true }, outbound, {
      ...CHAT_PATIENCE,
      ...patience,
    });

  const ask = (overrides: Partial<ChatRequest> = {}, model = modelWith()): AsyncGenerator<ChatEvent> =>
    model.stream(buildChatRequest({ model: MODEL, ...overrides }));

  async function failureOf(script: Script, model = modelWith()): Promise<ProviderFailure> {
    server.play(script);
    const failure = await collect(ask({}, model)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(ProviderFailure);
    return failure as ProviderFailure;
  }

  describe('fails', () => {
    it.each<[string, boolean, number, string, string]>([
      ['provider_bad_request', false, 400, 'invalid_request_error', 'messages: roles must alternate'],
      ['context_too_long', false, 400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum'],
      ['provider_auth', false, 400, 'invalid_request_error', 'Your credit balance is too low'],
      ['provider_auth', false, 401, 'authentication_error', 'invalid x-api-key'],
      ['provider_auth', false, 402, 'billing_error', 'No credit'],
      ['provider_auth', false, 403, 'permission_error', 'Not allowed'],
      ['provider_bad_request', false, 404, 'not_found_error', `model: ${MODEL}`],
      ['context_too_long', false, 413, 'request_too_large', 'Request exceeds the maximum size'],
      ['provider_rate_limited', true, 429, 'rate_limit_error', 'Slow down'],
      ['provider_overloaded', true, 500, 'api_error', 'Internal server error'],
      ['provider_timeout', true, 504, 'timeout_error', 'Timed out'],
      ['provider_overloaded', true, 529, 'overloaded_error', 'Overloaded'],
    ])(
      'with %s, retryable %s, on %i %s %j, and so in a stream',
      async (code, retryable, status, type, said) => {
        const refused = await failureOf(errs(status, type, said));
        const inStream = await failureOf(
          sends(messageStart(), ...textBlock(0, 'The museum'), errorFrame(type, said)),
        );

        expect(refused).toMatchObject({ code, retryable });
        expect(inStream).toMatchObject({ code, retryable });
      },
    );

    it.each([
      ['not_found_error', `model: ${MODEL}`, 'model'],
      ['invalid_request_error', 'max_tokens: 9 > 8, which is the maximum', 'max_tokens'],
      ['invalid_request_error', '`thinking` is not supported on this model', 'thinking'],
    ])('on %s %j naming the setting', async (type, said, setting) => {
      const failure = await failureOf(errs(type === 'not_found_error' ? 404 : 400, type, said));

      expect(failure.message).toContain(`the setting "${setting}"`);
    });

    it.each([
      [{ 'retry-after': '7' }, 7],
      [{ 'retry-after': '7', 'retry-after-ms': '250' }, 0.25],
    ])('with the time of %j after which the server wants to be asked again', async (headers, seconds) => {
      const failure = await failureOf(errs(429, 'rate_limit_error', 'Slow down', headers));

      expect(failure.details).toEqual({ retryAfterSeconds: seconds });
    });

    it('with the request id for the operator', async () => {
      const failure = await failureOf(errs(401, 'authentication_error'));

      expect(String(failure.cause)).toContain('req_011CS');
    });

    it.each<[string, (echo: string) => Script]>([
      ['a refusal', (echo) => errs(401, echo, echo)],
      ['the kind of a refusal', () => errs(401, KEY, KEY)],
      ['a text', (echo) => answers(500, echo, 'text/plain')],
      ['an error in the stream', (echo) => sends(messageStart(), errorFrame(echo, echo))],
      ['an error without an object', (echo) => sends(messageStart(), `event: error\ndata: ${echo}\n\n`)],
      ['an event that is no JSON', () => sends(`event: message_start\ndata: ${KEY}\n\n`)],
    ])('without telling key, question or address when they are repeated in %s', async (_, script) => {
      const echo = `${KEY} ${server.baseUrl} When does the museum open?`;
      const { message, details, cause } = await failureOf(script(echo));

      const told = JSON.stringify([message, details, String(cause), cause]);
      expect(told).not.toMatch(/sk-ant|secret|127[.]0[.]0[.]1:|museum/);
    });

    it.each<[string, Script]>([
      [
        'breaks off in the middle of an event',
        sendsAndBreaks(messageStart(), 'event: content_block_delta\ndata: {'),
      ],
      ['ends in the middle of an event', sends(messageStart(), 'event: content_block_delta\ndata: {"type')],
      ['ends without a stop reason', sends(messageStart(), ...textBlock(0, 'The museum'))],
      [
        'ends with a stop alone',
        sends(messageStart(), ...textBlock(0, 'The museum'), { type: 'message_stop' }),
      ],
      ['is empty', sends()],
      ['holds half a JSON object', sends(messageStart(), 'event: message_delta\ndata: {"type": \n\n')],
      ['holds something else than events', sends('event: message_start\ndata: null\n\n')],
      ['holds events without their parts', sends({ type: 'message_start' })],
      ['has an error without an object', sends(messageStart(), 'event: error\ndata: oops\n\n')],
      ['is a web page', answers(200, '<html>Sign in</html>', 'text/html')],
      ['is JSON', answers(200, '{"type": "message", "content": []}')],
    ])('when the answer %s', async (_, script) => {
      const failure = await failureOf(script);

      expect(failure).toMatchObject({ code: 'provider_protocol', retryable: true });
    });

    it('when nobody listens', async () => {
      const model = new AnthropicChatModel({ baseUrl: 'http://127.0.0.1:9' }, outbound);

      await expect(collect(ask({}, model))).rejects.toMatchObject({ code: 'provider_unreachable' });
    });
  });
});
