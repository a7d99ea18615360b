import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { GeminiChatModel } from '../../../src/modules/providers/adapters/gemini/gemini.chat-model.js';
import { CHAT_PATIENCE, type ChatPatience } from '../../../src/modules/providers/call-clock.js';
import type {
  ChatEvent,
  ChatRequest,
  ToolDeclaration,
} from '../../../src/modules/providers/ports/chat-model.port.js';
import { ProviderFailure } from '../../../src/modules/providers/providers.errors.js';
import { buildChatRequest } from '../../factories/chat-request.factory.js';
import { collect } from '../../support/collect.js';
import {
  badField,
  blockedPiece,
  errorBody,
  errorInfo,
  errs,
  finishPiece,
  type Piece,
  retryInfo,
  sends,
  sendsAndBreaks,
  textPiece,
} from './gemini-frames.js';
import { answers, type Script, ScriptedServer } from './scripted-server.js';

const KEY = 'AIzaVery-secret-key';
const MODEL = 'gemini-3.8-flash';

const TOOLS: readonly ToolDeclaration[] = [
  {
    name: 'opening_hours',
    description: 'When a place is open',
    parameters: {
      type: 'object',
      properties: { day: { type: 'string' } },
      required: ['day'],
      additionalProperties: false,
    },
  },
];

describe('GeminiChatModel, when things go wrong,', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const modelWith = (patience: Partial<ChatPatience> = {}): GeminiChatModel =>
    new GeminiChatModel({ apiKey: KEY, baseUrl: server.baseUrl, isOperators: true }, outbound, {
      ...CHAT_PATIENCE,
      ...patience,
    });

  const ask = (overrides: Partial<ChatRequest> = {}, model = modelWith()): AsyncGenerator<ChatEvent> =>
    model.stream(buildChatRequest({ model: MODEL, ...overrides }));

  async function failureOf(
    script: Script,
    model = modelWith(),
    overrides: Partial<ChatRequest> = {},
  ): Promise<ProviderFailure> {
    server.play(script);
    const failure = await collect(ask(overrides, model)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(ProviderFailure);
    return failure as ProviderFailure;
  }

  describe('fails', () => {
    const invalid = (message: string, details?: readonly object[]): Piece =>
      errorBody(400, 'INVALID_ARGUMENT', message, details);

    it.each<[string, boolean, number, Piece]>([
      ['provider_bad_request', false, 400, invalid('Request contains an invalid argument.')],
      ['provider_auth', false, 400, invalid('Bad.', [errorInfo('API_KEY_INVALID')])],
      ['provider_auth', false, 400, invalid('API key not valid. Please pass a valid API key.')],
      [
        'provider_auth',
        false,
        400,
        errorBody(400, 'FAILED_PRECONDITION', 'Please enable billing on your project.'),
      ],
      [
        'context_too_long',
        false,
        400,
        invalid('The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'),
      ],
      ['provider_auth', false, 401, errorBody(401, 'UNAUTHENTICATED', 'No credentials')],
      [
        'provider_auth',
        false,
        403,
        errorBody(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked'),
      ],
      ['provider_rate_limited', true, 429, errorBody(429, 'RESOURCE_EXHAUSTED', 'You exceeded your quota')],
      ['provider_overloaded', true, 500, errorBody(500, 'INTERNAL', 'An internal error has occurred')],
      ['provider_overloaded', true, 503, errorBody(503, 'UNAVAILABLE', 'The model is overloaded.')],
      ['provider_timeout', true, 504, errorBody(504, 'DEADLINE_EXCEEDED', 'Deadline expired')],
    ])('with %s, retryable %s, on %i %j, and so in a stream', async (code, retryable, status, body) => {
      const refused = await failureOf(errs(status, body));
      const inStream = await failureOf(sends(textPiece('The museum'), body));

      expect(refused).toMatchObject({ code, retryable });
      expect(inStream).toMatchObject({ code, retryable });
      expect(server.requests).toHaveLength(1);
    });

    it.each<[string, Piece]>([
      ['model', errorBody(404, 'NOT_FOUND', 'models/x is not found for API version v1beta')],
      ['temperature', invalid('Invalid value', [badField('generation_config.temperature')])],
      ['maxOutputTokens', invalid('The model has a maxOutputTokens value of 1 but wants 2')],
      ['tools', invalid('Bad schema', [badField('tools[0].function_declarations[0].name')])],
    ])('naming the setting "%s" that the API does not take', async (setting, body) => {
      const settings = { temperature: 0.2, maxOutputTokens: 50, tools: TOOLS };
      const status = (body.error as { code: number }).code;

      const failure = await failureOf(errs(status, body), modelWith(), settings);

      expect(failure.message).toContain(`does not accept the setting "${setting}"`);
      expect(failure.code).toBe('provider_bad_request');
    });

    it.each<[number | undefined, readonly object[], Record<string, string>]>([
      [3.5, [errorInfo('RATE_LIMIT_EXCEEDED'), retryInfo('3.5s')], {}],
      [7, [], { 'retry-after': '7' }],
      [7, [retryInfo('3.5s')], { 'retry-after': '7' }],
      [undefined, [retryInfo('soon')], {}],
    ])('to be asked again after %j seconds, by %j and %j', async (seconds, details, headers) => {
      const body = errorBody(429, 'RESOURCE_EXHAUSTED', 'Slow down', details);

      const failure = await failureOf(errs(429, body, headers));

      expect(failure.details).toEqual(seconds === undefined ? {} : { retryAfterSeconds: seconds });
    });

    it.each(['SAFETY', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'OTHER'])(
      'when the question is blocked for %s',
      async (reason) => {
        const failure = await failureOf(sends(blockedPiece(reason)));

        expect(failure).toMatchObject({ code: 'content_filtered', retryable: false });
      },
    );

    it.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'MALFORMED_RESPONSE'])(
      'when the model ends with %s',
      async (reason) => {
        const failure = await failureOf(sends(textPiece('Hm'), finishPiece(reason)));

        expect(failure).toMatchObject({ code: 'provider_protocol', retryable: true });
      },
    );

    it.each<[string, Script]>([
      ['a stream without a finish reason', sends(textPiece('The museum'))],
      ['a stream that breaks', sendsAndBreaks(textPiece('The museum'))],
      [
        'a stream that breaks within a piece',
        sendsAndBreaks(textPiece('The'), 'data: {"candidates": [{"con'),
      ],
      [
        'a stream that breaks where it could be resumed',
        sendsAndBreaks({ candidates: [{ continuationToken: 'dG9rZW4=' }] }),
      ],
      ['a stream that ends within a piece', sends(textPiece('The'), 'data: {"candidates": [{"con')],
      ['an empty stream', sends()],
      ['half a JSON object', sends('data: {"candidates": [\r\n\r\n')],
      [
        'something else than pieces',
        sends('data: null\r\n\r\n', 'data: [1]\r\n\r\n', 'data: {"candidates":"x"}\r\n\r\n'),
      ],
      ['parts that are none', sends({ candidates: [{ content: { parts: [null] } }] })],
      ['a web page', answers(200, '<html>\n\n<p>Sign in</p></html>', 'text/html')],
      ['JSON in place of a stream', answers(200, JSON.stringify([textPiece('Hi'), finishPiece()]))],
    ])('on %s, and asks once', async (_, script) => {
      const failure = await failureOf(script);

      expect(failure).toMatchObject({ code: 'provider_protocol', retryable: true });
      expect(server.requests).toHaveLength(1);
    });

    it.each<[number, string]>([
      [503, 'provider_overloaded'],
      [401, 'provider_auth'],
      [404, 'provider_bad_request'],
    ])('by the status alone when %i comes with a web page', async (status, code) => {
      const failure = await failureOf(answers(status, '<html>Sorry</html>', 'text/html'));

      expect(failure.code).toBe(code);
    });

    it.each<[string, Script]>([
      ['in the message', errs(401, errorBody(401, 'UNAUTHENTICATED', `${KEY} museum`))],
      ['in the codes', errs(400, errorBody(400, KEY, 'no', [errorInfo(KEY), badField(KEY)]))],
      ['in a stream', sends(textPiece('Hi'), errorBody(503, KEY, `${KEY} museum`))],
      ['in what cannot be read', sends(`data: {${KEY} museum\r\n\r\n`)],
      ['on a web page', answers(500, `<html>${KEY} museum</html>`, 'text/html')],
    ])('without telling the key, the question or the address when they are %s', async (_, script) => {
      const failure = await failureOf(script);

      const told = inspect(failure, { depth: 10, showHidden: true }).replaceAll(/^\s+at .*$/gm, '');
      expect(told).not.toMatch(/secret|127\.0\.0\.1|museum/);
      expect(server.requests.map(({ path }) => path).join()).not.toContain('secret');
    });

    it('without telling a key that no header can carry', async () => {
      const account = { apiKey: 'secret\nkey', baseUrl: server.baseUrl, isOperators: true };

      const failure = await failureOf(sends(finishPiece()), new GeminiChatModel(account, outbound));

      expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('secret');
      expect(server.requests).toEqual([]);
    });

    it('when nobody listens', async () => {
      const account = { apiKey: KEY, baseUrl: 'http://127.0.0.1:9', isOperators: true };
      const model = new GeminiChatModel(account, outbound);

      await expect(collect(ask({}, model))).rejects.toMatchObject({ code: 'provider_unreachable' });
    });

    it('at a private address that is not the operator’s', async () => {
      const model = new GeminiChatModel({ apiKey: KEY, baseUrl: server.baseUrl }, outbound);

      const failure = await failureOf(sends(textPiece('Hi'), finishPiece()), model);

      expect(failure.code).toBe('provider_unreachable');
      expect(server.requests).toEqual([]);
    });

    it('when the server leads to a private address that nobody allowed', async () => {
      const failure = await failureOf((response) => {
        response.writeHead(307, { location: 'http://127.0.0.1:1/v1beta/models/x:streamGenerateContent' });
        response.end();
      });

      expect(failure.code).toBe('provider_unreachable');
    });
  });
});
