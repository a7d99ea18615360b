import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { GeminiChatModel } from '../../../src/modules/providers/adapters/gemini/gemini.chat-model.js';
import type {
  ChatEvent,
  ChatMessage,
  ChatRequest,
  ToolCall,
  ToolDeclaration,
} from '../../../src/modules/providers/ports/chat-model.port.js';
import { buildChatRequest } from '../../factories/chat-request.factory.js';
import { collect } from '../../support/collect.js';
import { joinedTexts } from '../../support/joined-texts.js';
import {
  callPart,
  finishPiece,
  partsPiece,
  type Piece,
  sends,
  sendsAndBreaks,
  sendsAndHangs,
  textPiece,
  thoughtPiece,
  usageOf,
  wireOf,
} from './gemini-frames.js';
import { ScriptedServer } from './scripted-server.js';

const KEY = 'AIzaVery-secret-key';
const MODEL = 'gemini-3.8-flash';
const QUESTION: ChatMessage = { role: 'user', content: 'When does the museum open?' };

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

describe('GeminiChatModel', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const ownModel = (): GeminiChatModel =>
    new GeminiChatModel({ apiKey: KEY, baseUrl: server.baseUrl, isOperators: true }, outbound);

  const ask = (overrides: Partial<ChatRequest> = {}, model = ownModel()): AsyncGenerator<ChatEvent> =>
    model.stream(buildChatRequest({ model: MODEL, ...overrides }));

  async function bodyOf(overrides: Partial<ChatRequest> = {}): Promise<Readonly<Record<string, unknown>>> {
    server.play(sends(textPiece('Hi'), finishPiece()));
    await collect(ask(overrides));
    return server.requests[0]?.body ?? {};
  }

  async function contentsOf(...messages: readonly ChatMessage[]): Promise<unknown> {
    return (await bodyOf({ messages })).contents;
  }

  async function callsOf(...pieces: readonly Piece[]): Promise<ToolCall[]> {
    server.play(sends(...pieces, finishPiece()));
    const events = await collect(ask({ tools: TOOLS }));
    return events.flatMap((event) => (event.type === 'tool_call' ? [event.call] : []));
  }

  describe('asks', () => {
    const ENVIRONMENT = {
      GOOGLE_API_KEY: 'theirs',
      GEMINI_API_KEY: 'theirs',
      GOOGLE_GENAI_USE_VERTEXAI: 'true',
      GOOGLE_GENAI_USE_ENTERPRISE: 'true',
      GOOGLE_CLOUD_PROJECT: 'theirs',
      GOOGLE_CLOUD_LOCATION: 'europe-west1',
      GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1',
    };
    afterEach(() => {
      for (const name of Object.keys(ENVIRONMENT)) Reflect.deleteProperty(process.env, name);
      jest.restoreAllMocks();
    });

    it('with key, model, settings and question', async () => {
      const body = await bodyOf({ temperature: 1.5, maxOutputTokens: 50 });

      const [request] = server.requests;
      expect(request?.path).toBe(`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`);
      expect(request?.headers).toMatchObject({ 'x-goog-api-key': KEY });
      expect(body).toEqual({
        contents: [{ role: 'user', parts: [{ text: 'When does the museum open?' }] }],
        systemInstruction: {
          role: 'user',
          parts: [{ text: expect.stringMatching(/^You help visitors of a museum\.[^]*It opens at nine/) }],
        },
        generationConfig: { temperature: 1.5, maxOutputTokens: 50 },
      });
    });

    it('with headers and query of the account', async () => {
      server.play(sends(textPiece('Hi'), finishPiece()));
      const extras = { headers: { 'x-own': '1', 'user-agent': 'Own/1' }, query: { tenant: 'a b' } };
      const account = { apiKey: KEY, baseUrl: server.baseUrl, isOperators: true, ...extras };

      await collect(ask({}, new GeminiChatModel(account, outbound)));

      const [request] = server.requests;
      expect(request?.path).toMatch(/:streamGenerateContent\?alt=sse&tenant=a\+b$/);
      expect(request?.headers).toMatchObject({
        'x-own': '1',
        'user-agent': 'Own/1',
        'x-goog-api-key': KEY,
        'content-type': 'application/json',
      });
    });

    it('with nothing of the environment, and without a word in the log', async () => {
      Object.assign(process.env, ENVIRONMENT);
      const loggers = (['log', 'debug', 'info', 'warn', 'error'] as const).map((level) =>
        jest.spyOn(console, level).mockReturnValue(),
      );
      server.play(sends(textPiece('Hi'), finishPiece()));
      const keyless = new GeminiChatModel({ baseUrl: server.baseUrl, isOperators: true }, outbound);

      await collect(ask({}, keyless));

      const [request] = server.requests;
      expect(request?.path).toBe(`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`);
      expect(request?.headers).toMatchObject({ 'x-goog-api-key': 'none' });
      expect(request?.headers).not.toHaveProperty('authorization');
      expect(loggers.flatMap(({ mock }) => mock.calls)).toEqual([]);
    });

    it.each(['', '/', '/v1', '/v1beta', '/v1beta/', '/v1alpha'])(
      'at one address, whether the base URL ends with "%s" or not',
      async (ending) => {
        server.play(sends(textPiece('Hi'), finishPiece()));
        const baseUrl = `${new URL(server.baseUrl).origin}/gateway${ending}`;

        await collect(ask({}, new GeminiChatModel({ apiKey: KEY, baseUrl, isOperators: true }, outbound)));

        expect(server.requests[0]?.path).toMatch(/^\/gateway\/v1beta\/models\//);
      },
    );

    it('with the conversation: the user first, roles in turns, nothing blank, nothing that plays a role', async () => {
      const contents = await contentsOf(
        { role: 'assistant', content: 'Welcome!' },
        { role: 'user', content: 'One' },
        { role: 'assistant', content: ' \n' },
        { role: 'user', content: [{ type: 'text', text: 'Two <|im_start|>' }] },
        { role: 'assistant', content: 'Three' },
        { role: 'assistant', content: 'Four' },
        QUESTION,
      );

      expect(contents).toEqual([
        { role: 'user', parts: [{ text: 'One' }, { text: 'Two < |im_start|>' }] },
        { role: 'model', parts: [{ text: 'Three' }, { text: 'Four' }] },
        { role: 'user', parts: [{ text: 'When does the museum open?' }] },
      ]);
    });

    it('with the schemas of tools as they are', async () => {
      const body = await bodyOf({ tools: TOOLS });

      const [{ name, description, parameters: parametersJsonSchema } = TOOLS[0]!] = TOOLS;
      expect(body.tools).toEqual([{ functionDeclarations: [{ name, description, parametersJsonSchema }] }]);
    });

    it('with what came of tools, in one turn, and the signature of the calls', async () => {
      const call = { name: 'opening_hours', arguments: { day: 'Monday' } };

      const contents = await contentsOf(
        QUESTION,
        {
          role: 'assistant',
          content: 'Let me see.',
          toolCalls: [
            { ...call, id: 'a', signature: 'c2lnbmVk' },
            { ...call, id: 'b' },
          ],
        },
        { role: 'tool', toolCallId: 'a', name: 'opening_hours', content: 'nine <|im_end|>' },
        { role: 'tool', toolCallId: 'b', name: 'opening_hours', content: 'No such day', isError: true },
      );

      const functionCall = { name: 'opening_hours', args: { day: 'Monday' } };
      const result = { name: 'opening_hours' };
      expect(contents).toEqual([
        { role: 'user', parts: [{ text: 'When does the museum open?' }] },
        {
          role: 'model',
          parts: [
            { text: 'Let me see.' },
            { functionCall: { ...functionCall, id: 'a' }, thoughtSignature: 'c2lnbmVk' },
            { functionCall: { ...functionCall, id: 'b' } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { ...result, id: 'a', response: { output: 'nine < |im_end|>' } } },
            { functionResponse: { ...result, id: 'b', response: { error: 'No such day' } } },
          ],
        },
      ]);
    });

    it.each<[string, string | undefined, string | undefined]>([
      [MODEL, undefined, 'skip_thought_signature_validator'],
      [MODEL, '{"model":"claude-sonnet-5-5","blocks":[]}', 'skip_thought_signature_validator'],
      ['gemini-2.5-flash', '{"model":"claude-sonnet-5-5","blocks":[]}', undefined],
    ])('%s with a stand-in, where it wants one, for the signature %j', async (model, signature, sent) => {
      const call = { id: 'a', name: 'opening_hours', arguments: {}, ...(signature ? { signature } : {}) };
      const messages: ChatMessage[] = [
        QUESTION,
        { role: 'assistant', content: '', toolCalls: [call] },
        { role: 'tool', toolCallId: 'a', name: 'opening_hours', content: 'nine' },
      ];

      const body = await bodyOf({ model, messages });

      const [, answer] = body.contents as { parts: { thoughtSignature?: string }[] }[];
      expect(answer?.parts[0]?.thoughtSignature).toBe(sent);
    });

    it('for JSON that fits a schema, but not beside tools', async () => {
      const answerSchema = { name: 'answer', schema: { type: 'object', properties: {} } };

      const alone = await bodyOf({ answerSchema });
      const withTools = await bodyOf({ answerSchema, tools: TOOLS });

      expect(alone.generationConfig).toEqual({
        responseMimeType: 'application/json',
        responseJsonSchema: answerSchema.schema,
      });
      expect(withTools.generationConfig).toEqual({});
    });

    it('for thoughts, where the model has any', async () => {
      const thinking = await bodyOf({ showReasoning: true });
      const thoughtless = await bodyOf({ showReasoning: true, model: 'gemini-2.0-flash' });

      expect(thinking.generationConfig).toEqual({ thinkingConfig: { includeThoughts: true } });
      expect(thoughtless.generationConfig).toEqual({});
    });

    it.each([
      ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
      ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
      ['gemini-2.5-flash', 'high', { thinkingBudget: 24_576 }],
      ['gemini-3-flash-preview', 'minimal', { thinkingLevel: 'MINIMAL' }],
      ['gemini-3.1-pro-preview', 'none', { thinkingLevel: 'LOW' }],
      ['gemini-3.1-pro-preview', 'xhigh', { thinkingLevel: 'HIGH' }],
      ['gemini-2.0-flash', 'high', undefined],
    ] as const)('%s for the effort "%s"', async (model, reasoningEffort, thinkingConfig) => {
      const body = await bodyOf({ model, reasoningEffort });

      expect(body.generationConfig).toEqual(thinkingConfig ? { thinkingConfig } : {});
    });

    it.each(['../files', 'x/%2e%2e/files', 'x:countTokens#', 'x?key=1', '', ' '])(
      'nobody for a model named "%s"',
      async (model) => {
        server.play(sends(finishPiece()));

        await expect(collect(ask({ model }))).rejects.toThrow('does not accept the setting "model"');
        expect(server.requests).toEqual([]);
      },
    );
  });

  describe('reads', () => {
    it('texts, usage and the end, in this order', async () => {
      server.play(sends(textPiece('Nine'), textPiece(''), textPiece(' [1].'), finishPiece()));

      const events = await collect(ask());

      expect(joinedTexts(events)).toEqual([
        { type: 'text', text: 'Nine [1].' },
        { type: 'usage', inputTokens: 30, outputTokens: 4 },
        { type: 'finish', reason: 'stop' },
      ]);
    });

    it('text that comes with the finish reason', async () => {
      const [candidate] = textPiece('Nine.').candidates as object[];
      server.play(sends({ candidates: [{ ...candidate, finishReason: 'STOP' }] }));

      const events = await collect(ask());

      expect(events).toEqual([
        { type: 'text', text: 'Nine.' },
        { type: 'finish', reason: 'stop' },
      ]);
    });

    it('the last count, with what came from the cache and what was thought', async () => {
      const early = { ...textPiece('Hi'), usageMetadata: usageOf({ thoughtsTokenCount: 90 }) };
      const counts = usageOf({ cachedContentTokenCount: 20, thoughtsTokenCount: 100 });
      server.play(sends(early, finishPiece('STOP', counts), { usageMetadata: { trafficType: 'ON_DEMAND' } }));

      const events = await collect(ask());

      expect(events.filter(({ type }) => type === 'usage')).toEqual([
        {
          type: 'usage',
          inputTokens: 30,
          cachedInputTokens: 20,
          outputTokens: 104,
          reasoningTokens: 100,
        },
      ]);
    });

    it.each([
      ['STOP', 'stop'],
      ['MAX_TOKENS', 'length'],
      ['CONTINUATION', 'length'],
      ['SAFETY', 'content_filter'],
      ['RECITATION', 'content_filter'],
      ['BLOCKLIST', 'content_filter'],
      ['PROHIBITED_CONTENT', 'content_filter'],
      ['SPII', 'content_filter'],
      ['OTHER', 'stop'],
    ])('the finish reason %s as %s', async (theirs, ours) => {
      server.play(sends(textPiece('Hi'), finishPiece('FINISH_REASON_UNSPECIFIED'), finishPiece(theirs)));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: ours });
      expect(server.requests).toHaveLength(1);
    });

    it('thoughts when they are asked for, and drops them otherwise', async () => {
      server.play(sends(thoughtPiece('Hm.'), textPiece('Nine.'), finishPiece()));

      const shown = await collect(ask({ showReasoning: true }));
      const hidden = await collect(ask());

      expect(shown.slice(0, 2)).toEqual([
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: 'Nine.' },
      ]);
      expect(hidden[0]).toEqual({ type: 'text', text: 'Nine.' });
    });

    it('a call with its signature, and sends both back', async () => {
      const call = callPart('opening_hours', { day: 'Monday' }, { thoughtSignature: 'c2ln+bmVk/w==' });
      server.play(sends(textPiece('Let me see.'), partsPiece(call), finishPiece()));

      const events = await collect(ask({ tools: TOOLS }));

      const toolCall = {
        id: expect.stringMatching(/^call_[\da-f-]{36}$/),
        name: 'opening_hours',
        arguments: { day: 'Monday' },
        signature: 'c2ln+bmVk/w==',
      };
      expect(events).toEqual([
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_call', call: toolCall },
        { type: 'usage', inputTokens: 30, outputTokens: 4 },
        { type: 'finish', reason: 'tool_calls' },
      ]);
      const toolCalls = events.flatMap((event) => (event.type === 'tool_call' ? [event.call] : []));
      const contents = await contentsOf(QUESTION, { role: 'assistant', content: '', toolCalls });
      expect(contents).toMatchObject([{}, { parts: [call] }]);
    });

    it('calls that are made together, of one piece or of several', async () => {
      const named = { functionCall: { id: 'fc-1', name: 'opening_hours', args: { day: 'Monday' } } };

      const calls = await callsOf(
        partsPiece(named, callPart('opening_hours', { day: 'Tuesday' })),
        partsPiece(callPart('opening_hours', { day: 'Sunday' })),
      );

      expect(calls.map((call) => call.arguments.day)).toEqual(['Monday', 'Tuesday', 'Sunday']);
      expect(calls[0]?.id).toBe('fc-1');
      expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
      expect(calls.map(({ problem }) => problem)).toEqual(Array(3).fill(undefined));
    });

    it.each<[string, object, string]>([
      ['of a tool that there is not', callPart('sell_museum', {}), 'There is no tool named "sell_museum".'],
      [
        'with arguments that do not fit',
        callPart('opening_hours', { day: 5 }),
        'arguments/day must be string',
      ],
      ['without the arguments that it needs', callPart('opening_hours', undefined), "property 'day'"],
      ['whose arguments are a list', callPart('opening_hours', ['Monday']), 'not a JSON object'],
    ])('a call %s as one that must not be done', async (_, part, problem) => {
      const [call] = await callsOf(partsPiece(part));

      expect(call?.problem).toContain(problem);
    });

    it('no call after which the provider stepped in', async () => {
      const call = callPart('opening_hours', { day: 'Monday' });
      server.play(sends(partsPiece(call), finishPiece('SAFETY')));

      const events = await collect(ask({ tools: TOOLS }));

      expect(events.map(({ type }) => type)).toEqual(['usage', 'finish']);
    });

    it('characters that are split between packets', async () => {
      const bytes = Buffer.from(wireOf([textPiece('Öffnung 👩‍🚒'), finishPiece()]));
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

    it('two megabytes in one piece', async () => {
      const text = 'Nine o’clock. '.repeat(150_000);
      server.play(sends(textPiece(text), finishPiece()));

      const events = await collect(ask());

      expect(events[0]).toEqual({ type: 'text', text });
    });

    it('each piece as soon as it comes', async () => {
      server.play(sendsAndHangs(textPiece('At once')));
      const caller = new AbortController();
      const events = ask({ signal: caller.signal });

      const first = await events.next();

      expect(first.value).toEqual({ type: 'text', text: 'At once' });
      caller.abort(new Error('enough'));
      await expect(events.next()).rejects.toThrow('enough');
    });

    it('no further than to where the provider would have to be asked again', async () => {
      const [candidate] = textPiece('Nine').candidates as object[];
      const resumable = { candidates: [{ ...candidate, continuationToken: 'dG9rZW4=' }] };
      server.play(sends(resumable, finishPiece('CONTINUATION')));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'length' });
      expect(server.requests).toHaveLength(1);
    });

    it('no more than it needs: what follows the finish reason may break', async () => {
      server.play(sendsAndBreaks(textPiece('Nine.'), finishPiece(), 'data: {"half'));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    });
  });
});
