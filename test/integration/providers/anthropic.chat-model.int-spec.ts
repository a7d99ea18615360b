import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { AnthropicChatModel } from '../../../src/modules/providers/adapters/anthropic/anthropic.chat-model.js';
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
  answerOf,
  blockDelta,
  blockStart,
  ending,
  type Frame,
  messageDelta,
  messageStart,
  PING,
  sends,
  sendsAndBreaks,
  sendsAndHangs,
  textBlock,
  thinkingBlock,
  toolBlock,
  wireOf,
} from './anthropic-frames.js';
import { ScriptedServer } from './scripted-server.js';

const KEY = 'sk-ant-very-secret-key';
const MODEL = 'claude-sonnet-5-5';

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

describe('AnthropicChatModel', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const ownModel = (): AnthropicChatModel =>
    new AnthropicChatModel({ apiKey: KEY, baseUrl: server.baseUrl, isOperators: true }, outbound);

  const ask = (overrides: Partial<ChatRequest> = {}, model = ownModel()): AsyncGenerator<ChatEvent> =>
    model.stream(buildChatRequest({ model: MODEL, ...overrides }));

  async function bodyOf(overrides: Partial<ChatRequest> = {}): Promise<Readonly<Record<string, unknown>>> {
    server.play(sends(...answerOf('Hi')));
    await collect(ask(overrides));
    return server.requests[0]?.body ?? {};
  }

  async function callsOf(...frames: readonly Frame[]): Promise<ToolCall[]> {
    server.play(sends(messageStart(), ...frames, ...ending('tool_use')));
    const events = await collect(ask({ tools: TOOLS }));
    return events.flatMap((event) => (event.type === 'tool_call' ? [event.call] : []));
  }

  describe('asks', () => {
    afterEach(() => {
      delete process.env.ANTHROPIC_CUSTOM_HEADERS;
    });

    it('with key, model and question, and with the stable part of the system message to be cached', async () => {
      const body = await bodyOf({ maxOutputTokens: 50 });

      const [request] = server.requests;
      expect(request?.path).toBe('/v1/messages');
      expect(request?.headers).toMatchObject({
        authorization: `Bearer ${KEY}`,
        'anthropic-version': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      });
      expect(body).toEqual({
        model: MODEL,
        max_tokens: 50,
        stream: true,
        system: [
          {
            type: 'text',
            text: expect.stringContaining('You help visitors of a museum.'),
            cache_control: { type: 'ephemeral' },
          },
          { type: 'text', text: expect.stringContaining('It opens at nine') },
        ],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'When does the museum open?' }] }],
      });
    });

    it('with a limit of its own where the bot sets none, and never with a temperature', async () => {
      const body = await bodyOf({ temperature: 0.2 });

      expect(body.max_tokens).toBe(8_192);
      expect(body).not.toHaveProperty('temperature');
    });

    it('with headers and query of the account, and none of the environment', async () => {
      process.env.ANTHROPIC_CUSTOM_HEADERS = 'x-api-key: theirs\nauthorization: Bearer theirs\nx-theirs: 1';
      server.play(sends(...answerOf('Hi')));
      const account = { apiKey: KEY, baseUrl: server.baseUrl, isOperators: true };
      const extras = { headers: { 'X-Own': '1' }, query: { tenant: 'a' } };

      await collect(ask({}, new AnthropicChatModel({ ...account, ...extras }, outbound)));

      const [request] = server.requests;
      expect(request?.path).toBe('/v1/messages?tenant=a');
      expect(request?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-own': '1' });
      expect(request?.headers).not.toHaveProperty('x-api-key');
      expect(request?.headers).not.toHaveProperty('x-theirs');
    });

    it('with a stand-in for the key where the server needs none', async () => {
      server.play(sends(...answerOf('Hi')));
      const keyless = new AnthropicChatModel({ baseUrl: server.baseUrl, isOperators: true }, outbound);

      await collect(ask({}, keyless));

      expect(server.requests[0]?.headers.authorization).toBe('Bearer none');
    });

    it('with the conversation from the first question on, roles in turn and no blank texts', async () => {
      const { messages } = await bodyOf({
        messages: [
          { role: 'assistant', content: 'How can I help?' },
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: ' \n' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'When does ' },
              { type: 'text', text: 'it open?' },
            ],
          },
        ],
      });

      expect(messages).toEqual([
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hello' },
            { type: 'text', text: 'When does it open?' },
          ],
        },
      ]);
    });

    it('with tools, their calls, and all results of one answer in one message', async () => {
      const calls = ['mon', 'tue'].map((day) => ({ id: day, name: 'opening_hours', arguments: { day } }));
      const question: ChatMessage = { role: 'user', content: 'When?' };

      const body = await bodyOf({
        tools: TOOLS,
        messages: [
          question,
          { role: 'assistant', content: 'Let me see.', toolCalls: calls },
          { role: 'tool', toolCallId: 'mon', name: 'opening_hours', content: 'At <|im_start|> nine' },
          { role: 'tool', toolCallId: 'tue', name: 'opening_hours', content: '', isError: true },
        ],
      });

      const [{ name, description, parameters }] = TOOLS as [ToolDeclaration];
      expect(body.tools).toEqual([{ name, description, input_schema: parameters }]);
      expect((body.messages as unknown[]).slice(1)).toEqual([
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me see.' },
            { type: 'tool_use', id: 'mon', name: 'opening_hours', input: { day: 'mon' } },
            { type: 'tool_use', id: 'tue', name: 'opening_hours', input: { day: 'tue' } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'mon',
              content: [{ type: 'text', text: expect.not.stringContaining('<|im_start|>') }],
            },
            { type: 'tool_result', tool_use_id: 'tue', is_error: true },
          ],
        },
      ]);
    });

    it('for an answer in JSON, in the schema that the API takes', async () => {
      const schema = { type: 'object', properties: { open: { type: 'boolean' } }, required: ['open'] };

      const body = await bodyOf({ answerSchema: { name: 'hours', schema } });

      expect(body.output_config).toEqual({
        format: { type: 'json_schema', schema: { ...schema, additionalProperties: false } },
      });
    });

    it.each([
      [
        MODEL,
        'minimal',
        { output_config: { effort: 'low' }, thinking: { type: 'adaptive', display: 'omitted' } },
      ],
      [
        MODEL,
        'xhigh',
        { output_config: { effort: 'xhigh' }, thinking: { type: 'adaptive', display: 'omitted' } },
      ],
      [MODEL, 'none', {}],
      ['claude-haiku-4-5-20251001', 'high', {}],
    ] as const)('%s for the effort "%s"', async (model, reasoningEffort, expected) => {
      const { output_config, thinking } = await bodyOf({ model, reasoningEffort });

      expect(JSON.parse(JSON.stringify({ output_config, thinking }))).toEqual(expected);
    });

    it('for any answer where the API has no words for the schema', async () => {
      const schema = { type: 'object', properties: { anything: {} } };

      const body = await bodyOf({ answerSchema: { name: 'hours', schema } });

      expect(body).not.toHaveProperty('output_config');
    });

    it.each([
      [MODEL, { type: 'adaptive', display: 'summarized' }],
      ['claude-opus-4-6', { type: 'adaptive', display: 'summarized' }],
      ['claude-haiku-4-5-20251001', undefined],
      ['claude-sonnet-4-20250514', undefined],
      ['claude-3-5-haiku-latest', undefined],
    ])('%s to think aloud with %j', async (model, thinking) => {
      const body = await bodyOf({ model, showReasoning: true });

      expect(body.thinking).toEqual(thinking);
    });
  });

  describe('reads', () => {
    it('texts of several blocks, usage and the end, in this order', async () => {
      server.play(
        sends(
          messageStart(),
          PING,
          ...textBlock(0, 'Nine', '', ' [1].'),
          ...textBlock(1, ' Bye.'),
          ...ending(),
        ),
      );

      const events = await collect(ask());

      expect(joinedTexts(events)).toEqual([
        { type: 'text', text: 'Nine [1]. Bye.' },
        { type: 'usage', inputTokens: 30, outputTokens: 4 },
        { type: 'finish', reason: 'stop' },
      ]);
    });

    it('usage with what was read from the cache, written to it, and thought', async () => {
      const read = { input_tokens: 5, cache_creation_input_tokens: 20, cache_read_input_tokens: 100 };
      const said = { output_tokens: 9, output_tokens_details: { thinking_tokens: 6 } };
      server.play(
        sends(
          messageStart({ ...read, output_tokens: 1 }),
          ...textBlock(0, 'Hi'),
          ...ending('end_turn', { ...said, input_tokens: 5 }),
        ),
      );

      const events = await collect(ask());

      expect(events.at(-2)).toEqual({
        ...{ type: 'usage', inputTokens: 125, cachedInputTokens: 100 },
        ...{ outputTokens: 9, reasoningTokens: 6 },
      });
    });

    it('no usage where the server counts nothing', async () => {
      server.play(
        sends(...textBlock(0, 'Hi'), { type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
      );

      const events = await collect(ask());

      expect(events.map(({ type }) => type)).toEqual(['text', 'finish']);
    });

    it.each([
      ['end_turn', 'stop'],
      ['stop_sequence', 'stop'],
      ['pause_turn', 'stop'],
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'length'],
      ['refusal', 'content_filter'],
      ['tool_use', 'stop'],
      ['something_new', 'stop'],
    ])('the stop reason %s as %s', async (theirs, ours) => {
      server.play(sends(messageStart(), ...textBlock(0, 'Hi'), ...ending(theirs)));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: ours });
    });

    it('parallel tool calls from their pieces, after the text', async () => {
      server.play(
        sends(
          messageStart(),
          ...textBlock(0, 'Let me see.'),
          ...toolBlock(1, 'toolu_1', 'opening_hours', '', '{"da', 'y": "mon"}'),
          ...toolBlock(2, 'toolu_2', 'opening_hours', '{"day": "tue"}'),
          ...ending('tool_use'),
        ),
      );

      const events = await collect(ask({ tools: TOOLS }));

      const call = { name: 'opening_hours' };
      expect(events).toEqual([
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_call', call: { ...call, id: 'toolu_1', arguments: { day: 'mon' } } },
        { type: 'tool_call', call: { ...call, id: 'toolu_2', arguments: { day: 'tue' } } },
        { type: 'usage', inputTokens: 30, outputTokens: 4 },
        { type: 'finish', reason: 'tool_calls' },
      ]);
    });

    it.each([
      ['are cut', 'opening_hours', '{"day": "mo', /not a JSON object/],
      ['do not fit', 'opening_hours', '{"day": 1}', /do not fit: .*day/],
      ['are missing', 'opening_hours', '', /do not fit/],
      ['go to an unknown tool', 'delete_all', '{}', /no tool named "delete_all"/],
    ])('a tool call whose arguments %s, with the problem', async (_, name, json, problem) => {
      const [call] = await callsOf(...toolBlock(0, 'toolu_1', name, json));

      expect(call).toMatchObject({ id: 'toolu_1', problem: expect.stringMatching(problem) });
    });

    it('no tool calls of the server itself, and none of an answer that was refused', async () => {
      const search = blockStart(0, { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} });
      const query = blockDelta(0, { type: 'input_json_delta', partial_json: '{"query": "x"}' });
      const call = toolBlock(1, 'toolu_1', 'opening_hours', '{"day": "mon"}');
      server.play(sends(messageStart(), search, query, ...call, ...ending('refusal')));

      const ofServer = await callsOf(search, query);
      server.play(sends(messageStart(), ...call, ...ending('refusal')));
      const refused = await collect(ask({ tools: TOOLS }));

      expect(ofServer).toEqual([]);
      expect(refused.map(({ type }) => type)).toEqual(['usage', 'finish']);
    });

    it.each([
      [true, ['reasoning', 'reasoning', 'text', 'usage', 'finish']],
      [false, ['text', 'usage', 'finish']],
    ])('reasoning only when asked for: %s', async (showReasoning, types) => {
      const thoughts = thinkingBlock(0, 'sig', 'Hm, ', '', 'nine.');
      server.play(sends(messageStart(), ...thoughts, ...textBlock(1, 'Nine.'), ...ending()));

      const events = await collect(ask({ showReasoning }));

      expect(events.map(({ type }) => type)).toEqual(types);
    });

    it('what it thought before a call, and gives it back with the result to the same model alone', async () => {
      const hidden = { type: 'redacted_thinking', data: 'opaque' };
      const calls = await callsOf(
        ...thinkingBlock(0, 'signed', 'Which ', 'day?'),
        blockStart(1, hidden),
        ...toolBlock(2, 'toolu_1', 'opening_hours', '{"day": "mon"}'),
        ...toolBlock(3, 'toolu_2', 'opening_hours', '{"day": "tue"}'),
      );
      const messages: ChatMessage[] = [
        { role: 'user', content: 'When?' },
        { role: 'assistant', content: 'Let me see.', toolCalls: calls },
        ...calls.map(({ id, name }) => ({ role: 'tool' as const, toolCallId: id, name, content: 'At nine' })),
      ];
      const typesIn = ({ messages: sent }: Awaited<ReturnType<typeof bodyOf>>): unknown =>
        (sent as { content: { type: string }[] }[])[1]?.content.map(({ type }) => type);

      const same = await bodyOf({ tools: TOOLS, messages });
      const other = await bodyOf({ tools: TOOLS, messages, model: 'claude-opus-5-5' });

      expect(same.messages).toMatchObject([
        { role: 'user' },
        { content: [{ type: 'thinking', thinking: 'Which day?', signature: 'signed' }, hidden, {}, {}, {}] },
        { role: 'user' },
      ]);
      expect(typesIn(same)).toEqual(['thinking', 'redacted_thinking', 'text', 'tool_use', 'tool_use']);
      expect(typesIn(other)).toEqual(['text', 'tool_use', 'tool_use']);
    });

    it.each([
      'CiQBjz1rXyz==',
      '{"model": ',
      'null',
      `{"model": "${MODEL}", "blocks": [null, {"type": "text"}]}`,
    ])('no thinking from the signature %s of another provider', async (signature) => {
      const call = { id: 'c1', name: 'opening_hours', arguments: { day: 'mon' }, signature };

      const body = await bodyOf({
        messages: [
          { role: 'user', content: 'When?' },
          { role: 'assistant', content: '', toolCalls: [call] },
          { role: 'tool', toolCallId: 'c1', name: 'opening_hours', content: 'At nine' },
        ],
      });

      expect(body.messages).toMatchObject([{}, { content: [{ type: 'tool_use', id: 'c1' }] }, {}]);
    });

    it('characters that are split between packets', async () => {
      const bytes = Buffer.from(wireOf(answerOf('Öffnung 👩‍🚒')));
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

    it('a piece of two megabytes', async () => {
      const text = 'nine '.repeat(400_000);
      server.play(sends(...answerOf(text)));

      const events = await collect(ask());

      expect(events[0]).toEqual({ type: 'text', text });
    });

    it('each piece as soon as it comes', async () => {
      server.play(sendsAndHangs(messageStart(), ...textBlock(0, 'At once')));
      const caller = new AbortController();
      const events = ask({ signal: caller.signal });

      const first = await events.next();

      expect(first.value).toEqual({ type: 'text', text: 'At once' });
      caller.abort(new Error('enough'));
      await expect(events.next()).rejects.toThrow('enough');
    });

    it('a whole answer even where the connection breaks right after the stop reason', async () => {
      server.play(sendsAndBreaks(messageStart(), ...textBlock(0, 'Nine.'), messageDelta('end_turn')));

      const events = await collect(ask());

      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    });
  });
});
