import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { OpenAiChatModel } from '../../../src/modules/providers/adapters/openai/openai.chat-model.js';
import { CHAT_PATIENCE } from '../../../src/modules/providers/call-clock.js';
import type {
  ChatEvent,
  ChatRequest,
  ToolCall,
} from '../../../src/modules/providers/ports/chat-model.port.js';
import { buildChatRequest } from '../../factories/chat-request.factory.js';
import { collect } from '../../support/collect.js';
import { joinedTexts } from '../../support/joined-texts.js';
import { sends } from '../../support/provider-dialects.js';
import {
  calledTool,
  completed,
  CREATED,
  failed,
  incomplete,
  itemDone,
  type ResponseFrame,
  responseWire,
  textDelta,
} from './response-frames.js';
import { refuses, type Script, ScriptedServer } from './scripted-server.js';

const MODEL = 'gpt-5.4-mini';
const SCHEMA = { type: 'object', properties: { hour: { type: 'integer' } }, required: ['hour'] };
const TOOL = { name: 'look_up', description: 'Looks something up.', parameters: SCHEMA };

function plays(...events: readonly ResponseFrame[]): Script {
  return sends(responseWire(CREATED, ...events));
}

describe('OpenAiChatModel, by the Responses API,', () => {
  const outbound = new OutboundClient({ allow: [] });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await outbound.close();
    await server.stop();
  });

  const ask = (overrides: Partial<ChatRequest> = {}): AsyncGenerator<ChatEvent> =>
    new OpenAiChatModel(
      { apiKey: 'sk-secret', baseUrl: server.baseUrl, isOperators: true },
      outbound,
      CHAT_PATIENCE,
    ).stream(buildChatRequest({ model: MODEL, api: 'responses', ...overrides }));

  async function answerTo(
    overrides: Partial<ChatRequest>,
    ...events: readonly ResponseFrame[]
  ): Promise<ChatEvent[]> {
    server.play(plays(...events));
    return collect(ask(overrides));
  }

  async function bodyFor(overrides: Partial<ChatRequest>): Promise<Readonly<Record<string, unknown>>> {
    await answerTo(overrides, completed());
    return server.requests[0]?.body ?? {};
  }

  it('lets nothing be kept at the vendor, and sends all that was said', async () => {
    await bodyFor({
      ...{ maxOutputTokens: 50, reasoningEffort: 'low' },
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello, what is it?' },
        { role: 'user', content: 'When do you open?' },
      ],
    });

    expect(server.requests[0]?.path).toBe('/v1/responses');
    expect(server.requests[0]?.body).toEqual({
      model: MODEL,
      instructions: expect.stringContaining('You help visitors of a museum.'),
      input: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello, what is it?' },
        { role: 'user', content: 'When do you open?' },
      ],
      ...{ stream: true, store: false, max_output_tokens: 50, reasoning: { effort: 'low' } },
    });
  });

  it('asks for the form of an answer', async () => {
    const body = await bodyFor({ answerSchema: { name: 'hours', schema: SCHEMA, isStrict: false } });

    expect(body['text']).toEqual({
      format: { type: 'json_schema', name: 'hours', schema: SCHEMA, strict: false },
    });
  });

  it('reads texts, a refusal, cached and reasoning tokens, and the end', async () => {
    const refusal = { type: 'response.refusal.delta', delta: ', but no more.' };
    const usage = {
      ...{ input_tokens: 30, input_tokens_details: { cached_tokens: 20 } },
      ...{ output_tokens: 9, output_tokens_details: { reasoning_tokens: 5 } },
    };

    const events = await answerTo({}, textDelta('Nine'), textDelta(''), refusal, completed({ usage }));

    expect(joinedTexts(events)).toEqual([
      { type: 'text', text: 'Nine, but no more.' },
      { type: 'usage', inputTokens: 30, cachedInputTokens: 20, outputTokens: 9, reasoningTokens: 5 },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['max_messages', 'stop'],
  ])('reads an end for the reason %s as %s', async (theirs, ours) => {
    const events = await answerTo({}, textDelta('Ni'), incomplete(theirs));

    expect(events.at(-1)).toEqual({ type: 'finish', reason: ours });
  });

  it('gives out reasoning only where it is asked for', async () => {
    const thought = { type: 'response.reasoning_summary_text.delta', delta: 'Hm.' };

    const hidden = await answerTo({}, thought, textDelta('Nine'), completed({}));
    const shown = await answerTo({ showReasoning: true }, thought, textDelta('Nine'), completed({}));

    expect(hidden.map(({ type }) => type)).toEqual(['text', 'finish']);
    expect(shown.slice(0, 2)).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Nine' },
    ]);
    expect(server.requests[0]?.body['reasoning']).toEqual({ summary: 'auto' });
  });

  it('puts calls of tools together, and says what is wrong with them', async () => {
    const events = await answerTo(
      { tools: [TOOL] },
      itemDone(2, calledTool('call_b', 'look_up', '{"hour": "nine"}')),
      itemDone(1, calledTool('call_a', 'look_up', '{"hour": 9}')),
      completed({}),
    );

    expect(events).toEqual([
      { type: 'tool_call', call: { id: 'call_a', name: 'look_up', arguments: { hour: 9 } } },
      {
        type: 'tool_call',
        call: expect.objectContaining({ id: 'call_b', problem: expect.stringContaining('must be integer') }),
      },
      { type: 'finish', reason: 'tool_calls' },
    ]);
  });

  it('does nothing of what the model called before it was stopped for its content', async () => {
    const called = itemDone(1, calledTool('call_a', 'look_up', '{"hour": 9}'));

    const events = await answerTo({ tools: [TOOL] }, called, incomplete('content_filter'));

    expect(events).toEqual([{ type: 'finish', reason: 'content_filter' }]);
  });

  describe('hands a model what it thought before it called a tool', () => {
    const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'c2VjcmV0' };

    async function followUp(model: string): Promise<unknown[]> {
      const events = await answerTo(
        { tools: [TOOL] },
        itemDone(0, thought),
        itemDone(1, calledTool('call_a', 'look_up', '{"hour": 9}')),
        completed({}),
      );
      const [{ call }] = events as unknown as [{ call: ToolCall }];
      const body = await bodyFor({
        ...{ model, tools: [TOOL] },
        messages: [
          { role: 'user', content: 'When?' },
          { role: 'assistant', content: '', toolCalls: [call] },
          { role: 'tool', toolCallId: call.id, name: call.name, content: 'At nine.' },
        ],
      });
      expect(body['include']).toEqual(['reasoning.encrypted_content']);
      return body['input'] as unknown[];
    }

    const question = { role: 'user', content: 'When?' };
    const exchange = [
      { type: 'function_call', call_id: 'call_a', name: 'look_up', arguments: '{"hour":9}' },
      { type: 'function_call_output', call_id: 'call_a', output: 'At nine.' },
    ];

    it('together with the result', async () => {
      expect(await followUp(MODEL)).toEqual([question, thought, ...exchange]);
    });

    it('but no other model', async () => {
      expect(await followUp('gpt-5.4')).toEqual([question, ...exchange]);
    });
  });

  it('asks models that do not think for no thoughts', async () => {
    const body = await bodyFor({ model: 'gpt-4.1', tools: [TOOL], showReasoning: true });

    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['include']));
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['reasoning']));
  });

  it.each([
    ['server_error', 'provider_overloaded'],
    ['rate_limit_exceeded', 'provider_rate_limited'],
    ['invalid_prompt', 'content_filtered'],
    ['bio_policy', 'content_filtered'],
    ['something_else', 'provider_protocol'],
  ])('fails when the answer does, with %s as %s', async (theirs, ours) => {
    server.play(plays(textDelta('Ni'), failed(theirs, 'We are sorry.')));

    await expect(collect(ask())).rejects.toMatchObject({ code: ours });
  });

  it('fails when the stream ends without an event that says so', async () => {
    server.play(plays(textDelta('Nine')));

    await expect(collect(ask())).rejects.toMatchObject({ code: 'provider_protocol' });
  });

  it('names the setting that the server does not take', async () => {
    server.play(
      refuses(400, { message: 'Unsupported', param: 'temperature', code: 'unsupported_parameter' }),
    );

    await expect(collect(ask({ temperature: 0.2 }))).rejects.toThrow('the setting "temperature"');
  });
});

describe('OpenAiChatModel chooses', () => {
  const outbound = new OutboundClient({ allow: [] });
  afterAll(() => outbound.close());

  it('Chat Completions for a compatible server, whatever suits the models of OpenAI itself', async () => {
    const server = await ScriptedServer.start();
    server.play(refuses(401, { message: 'No.' }));
    const account = { baseUrl: server.baseUrl, isOperators: true } as const;
    const model = new OpenAiChatModel(account, outbound, CHAT_PATIENCE, { usualApi: () => 'responses' });

    await collect(model.stream(buildChatRequest({ model: MODEL }))).catch(() => undefined);
    await server.stop();

    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions']);
  });
});
