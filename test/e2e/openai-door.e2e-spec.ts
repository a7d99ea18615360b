import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI, { APIError, NotFoundError } from 'openai';
import type { ChatCompletionChunk, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { ProviderOverloaded } from '#modules/providers';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { apiClient } from '../support/api-client.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { collect } from '../support/collect.js';
import { eventually } from '../support/eventually.js';
import { addPage, createBot, messagesOf, openConversation } from '../support/journey.js';
import { rawCall } from '../support/raw-call.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const QUESTION = 'When does the shop in Bergen open?';
const FACT = 'The shop in Bergen opens at ten and closes at eighteen on weekdays.';
const ANSWER = 'It opens at ten [1].';
const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

const speaking = new FakeChatModel('speaking', {
  texts: ['It opens ', 'at ten ', '[1].'],
  usage: { inputTokens: 100, outputTokens: 9 },
});
const FORMED = '{"opensAt": 10, "hours": [10, 18], "because": "It opens at ten [1]."}';
const formal = new FakeChatModel('formal', {
  texts: [FORMED.slice(0, 30), FORMED.slice(30)],
  toolCalls: [{ id: 'call_1', name: 'search_sources', arguments: { query: 'hours' } }],
});
const failing = new FakeChatModel('failing', { texts: [], failure: new ProviderOverloaded() });
const breaking = new FakeChatModel('breaking', { texts: ['It opens '], failure: new ProviderOverloaded() });
const slow = new FakeChatModel('slow', {
  texts: Array.from({ length: 200 }, (_, word) => `word${String(word)} `),
  delayMs: 20,
});

/** What we tell beyond the protocol. */
interface Extensions {
  readonly object: string;
  readonly conversation_id?: string;
}

const user = (content: string): ChatCompletionMessageParam => ({ role: 'user', content });
const formNamed = (name: string) => ({
  response_format: { type: 'json_schema', json_schema: { name, schema: {} } },
});
const conversationOf = (answer: Extensions): string => answer.conversation_id ?? '';
const textOf = (chunks: readonly ChatCompletionChunk[]): string =>
  chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('');

describe('the OpenAI-compatible endpoint', () => {
  let testApp: TestApp;
  let site: TestSite;
  let workspace: TestWorkspace;
  let owner: TestMember;
  let key: string;
  let client: OpenAI;

  beforeAll(async () => {
    site = await createSite({ '/hours': articlePage('Opening hours', FACT) });
    testApp = await createTestApp({
      env: { OUTBOUND_ALLOW: site.host },
      chatModels: [speaking, formal, failing, breaking, slow],
    });
    workspace = await testApp.workspace();
    owner = await workspace.as('owner');
    key = (await owner.send('apiKeys.create', { body: { name: 'Other product', role: 'viewer' } })).body.key;
    client = clientWith(key);
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const clientWith = (apiKey: string): OpenAI =>
    new OpenAI({ baseURL: `${testApp.baseUrl}/openai/v1`, apiKey, maxRetries: 0 });
  const botOn = async (provider: string): Promise<string> => {
    const { id } = await createBot(owner, { model: { provider, name: 'any' } });
    await addPage(owner, site.url('/hours'), [id]);
    return id;
  };
  const complete = (model: string, ...messages: ChatCompletionMessageParam[]) =>
    client.chat.completions.create({ model, messages });
  const read = async (model: string, more: object = {}): Promise<ChatCompletionChunk[]> => {
    const stream = await client.chat.completions.create({
      ...{ model, messages: [user(QUESTION)], stream: true },
      ...more,
    });
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };
  const failureOf = async (work: PromiseLike<unknown>): Promise<APIError> => {
    const thrown: unknown = await Promise.resolve(work).catch((error: unknown) => error);
    if (thrown instanceof APIError) return thrown;
    throw new Error('There was no refusal.', { cause: thrown });
  };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    rawCall(testApp.baseUrl, {
      ...{ method: 'POST', path: '/openai/v1/chat/completions' },
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  describe('answers', () => {
    it("in one piece, in the protocol's form, with what it is based on", async () => {
      const bot = await botOn('speaking');

      const answer = await complete(bot, user(QUESTION));

      expect(answer).toMatchObject({
        ...{ object: 'chat.completion', model: bot },
        choices: [{ index: 0, message: { role: 'assistant', content: ANSWER, refusal: null } }],
        usage: { prompt_tokens: 100, completion_tokens: 9, total_tokens: 109 },
        citations: [{ index: 1, quote: FACT, url: site.url('/hours') }],
      });
      expect(answer.choices[0]?.finish_reason).toBe('stop');
      expect(Math.abs(answer.created - Date.now() / 1_000)).toBeLessThan(60);
      const [, message] = await messagesOf(owner, conversationOf(answer));
      expect(answer.id).toBe(`chatcmpl-${message?.id ?? ''}`);
    });

    it('by the slug of the bot, in one piece and as a stream', async () => {
      const { id, slug } = await createBot(owner, { model: { provider: 'speaking', name: 'any' } });

      const answer = await complete(slug, user(QUESTION));
      const chunks = await read(`bot:${slug}`);

      expect([answer.model, chunks[0]?.model]).toEqual([id, id]);
    });

    it('as chunks that begin with a role and end with a reason and what it is based on', async () => {
      const bot = await botOn('speaking');

      const chunks = await read(bot);

      expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
      expect(textOf(chunks)).toBe(ANSWER);
      expect(chunks.slice(0, -1).every(({ choices: [choice] }) => choice?.finish_reason === null)).toBe(true);
      expect(chunks.at(-1)).toMatchObject({
        choices: [{ delta: {}, finish_reason: 'stop' }],
        citations: [{ index: 1, quote: FACT }],
        conversation_id: expect.any(String),
      });
      expect(new Set(chunks.map(({ id, model, created }) => [id, model, created].join())).size).toBe(1);
      expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    });

    it('with a last chunk that tells the usage, where it is asked for', async () => {
      const bot = await botOn('speaking');

      const chunks = await read(bot, { stream_options: { include_usage: true } });

      expect(chunks.at(-1)).toMatchObject({
        choices: [],
        usage: { prompt_tokens: 100, completion_tokens: 9, total_tokens: 109 },
      });
      expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    });

    it("through the SDK's own helpers for streams", async () => {
      const bot = await botOn('speaking');

      const final = await client.chat.completions
        .stream({ model: bot, messages: [user(QUESTION)] })
        .finalChatCompletion();

      expect(final.choices[0]?.message.content).toBe(ANSWER);
    });

    it('in frames of data alone, the last of which is [DONE]', async () => {
      const bot = await botOn('speaking');

      const { text, headers } = await post({ model: bot, messages: [user(QUESTION)], stream: true });

      expect(headers['content-type']).toContain('text/event-stream');
      expect(text).toMatch(/^(data: \{.*\}\n\n)+data: \[DONE\]\n\n$/);
    });

    it('whatever the request asks for besides, null included', async () => {
      const bot = await botOn('speaking');

      const answer = await client.chat.completions.create({
        ...{ model: `bot:${bot.toUpperCase()}`, temperature: 0.3, top_p: 1, max_tokens: 50, seed: 1, n: 1 },
        ...{ stop: ['x'], response_format: { type: 'json_object' }, logit_bias: { '50256': -100 } },
        ...{
          max_completion_tokens: 50,
          presence_penalty: 1,
          frequency_penalty: 1,
          logprobs: true,
          stream: false,
        },
        ...{ stream_options: null, metadata: null, store: false, service_tier: 'auto' },
        tools: [
          { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } },
        ],
        ...{ tool_choice: 'none', parallel_tool_calls: true, madeUpByAFramework: { deep: [1] } },
        messages: [
          { role: 'system', content: 'x'.repeat(100_000) },
          { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
          {
            ...{ role: 'assistant', content: null },
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'c', content: 'nothing' },
          { role: 'assistant', content: 'Well?', name: 'bot' },
          { role: 'user', content: QUESTION, name: 'ada' },
        ],
      } as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming);

      expect(answer).toMatchObject({ model: bot, choices: [{ message: { content: ANSWER } }] });
    });

    it('a question in parts', async () => {
      const bot = await botOn('speaking');

      const answer = await complete(bot, {
        role: 'user',
        content: [
          { type: 'text', text: 'When does the shop ' },
          { type: 'text', text: 'in Bergen open?' },
        ],
      });

      const [question] = await messagesOf(owner, conversationOf(answer));
      expect(question?.content).toBe(QUESTION);
    });

    it('in the form of a JSON Schema, with what the texts in it are based on', async () => {
      const bot = await botOn('formal');
      await owner.send('bots.update', { botId: bot, body: { tools: ['search_sources'] } });
      const schema = { type: 'object', properties: { opensAt: { type: 'integer' } } };

      const answer = await client.chat.completions.create({
        ...{ model: bot, messages: [user(QUESTION)], reasoning_effort: 'low' },
        response_format: { type: 'json_schema', json_schema: { name: 'hours', schema, strict: true } },
      });

      expect(answer).toMatchObject({
        choices: [{ message: { content: FORMED } }],
        citations: [{ index: 1, quote: FACT }],
      });
      const [request] = formal.requests;
      expect(request).toMatchObject({
        answerSchema: { name: 'hours', schema, isStrict: true },
        reasoningEffort: 'low',
      });
      expect(request?.tools).toBeUndefined();
    });

    it('with the effort of the bot, where the request names none', async () => {
      const model = { provider: 'speaking', name: 'any', reasoningEffort: 'high' } as const;
      const bot = await createBot(owner, { model });

      await complete(bot.id, user(QUESTION));

      expect(speaking.requests.at(-1)?.reasoningEffort).toBe('high');
    });

    it('without counts of tokens where the provider tells none', async () => {
      const answer = await complete((await createBot(owner)).id, user(QUESTION));

      expect(answer.usage).toEqual({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
    });

    it('the first time only, when a call is repeated with its Idempotency-Key', async () => {
      const call = { model: await botOn('speaking'), messages: [user(QUESTION)], stream: true };
      const headers = { 'idempotency-key': `key-${call.model}` };

      const first = await post(call, headers);
      const again = await post(call, headers);

      expect(first.text).toContain('data: [DONE]');
      expect(again.text).toBe(first.text);
      expect(again.headers['idempotency-replayed']).toBe('true');
    });
  });

  describe('keeps conversations', () => {
    it('under a channel of their own, where lists find them, with who talks', async () => {
      const bot = await botOn('speaking');
      await openConversation(owner, bot);

      const answer = await client.chat.completions.create({
        ...{
          model: bot,
          messages: [user(QUESTION)],
          safety_identifier: 'customer-4711',
          metadata: { page: '/pricing' },
        },
      });

      const { body } = await owner.send('conversations.list', { botId: bot, channel: 'openai' });
      expect(body.data).toMatchObject([
        {
          ...{ id: conversationOf(answer), channel: 'openai', externalUserId: 'customer-4711' },
          ...{ metadata: { page: '/pricing' }, messageCount: 2 },
        },
      ]);
      expect(await messagesOf(owner, conversationOf(answer))).toMatchObject([
        { role: 'user', content: QUESTION, status: 'complete' },
        { role: 'assistant', content: ANSWER, status: 'complete', answered: true },
      ]);
    });

    it('with the user of older clients', async () => {
      const bot = await botOn('speaking');

      await post({ model: bot, messages: [user(QUESTION)], user: 'ada', safety_identifier: 'hash' });
      await post({ model: bot, messages: [user(QUESTION)], user: '', safety_identifier: null });

      const { body } = await owner.send('conversations.list', { botId: bot });
      expect(body.data.map(({ externalUserId }) => externalUserId)).toEqual([null, 'ada']);
    });

    it('and goes on with the one that is named', async () => {
      const bot = await botOn('speaking');
      const first = await complete(bot, user(QUESTION));
      const metadata = { conversation_id: conversationOf(first) };

      const second = await client.chat.completions.create({
        ...{ model: bot, metadata, messages: [user('And when does it close?')] },
      });

      expect(conversationOf(second)).toBe(conversationOf(first));
      expect(await messagesOf(owner, conversationOf(first))).toHaveLength(4);
      expect(speaking.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
        ...[QUESTION, ANSWER, 'And when does it close?'],
      ]);
    });

    it('apart: one of another bot, of others, or none at all cannot be gone on with', async () => {
      const bot = await botOn('speaking');
      const mine = conversationOf(await complete(await botOn('speaking'), user(QUESTION)));
      const theirs = await openConversation(owner, bot);
      const going = (conversationId: unknown): Promise<APIError> =>
        failureOf(
          client.chat.completions.create({
            ...{ model: bot, messages: [user(QUESTION)] },
            metadata: { conversation_id: conversationId as string },
          }),
        );

      expect(await going(mine)).toMatchObject({ status: 400, param: 'metadata.conversation_id' });
      expect(await going(theirs)).toMatchObject({ status: 404, code: 'not_found' });
      expect(await going(NO_ID)).toMatchObject({ status: 404, code: 'not_found' });
      expect(await going('the last one')).toMatchObject({ status: 404, code: 'not_found' });
      expect(await going({ $ne: null })).toMatchObject({ status: 400, param: 'metadata.conversation_id' });
      expect(await messagesOf(owner, theirs)).toEqual([]);
    });

    it('and nobody else can say that one is held here', async () => {
      const bot = await createBot(owner);

      const { status } = await owner.post(`/v1/bots/${bot.id}/conversations`, { channel: 'openai' });

      expect(status).toBe(422);
    });

    it('and an aborted answer when the client goes away', async () => {
      const bot = await botOn('slow');
      const abandoned = slow.abandoned;
      const stream = await client.chat.completions.create({
        ...{ model: bot, messages: [user('Talk.')], stream: true },
      });

      for await (const { choices } of stream) {
        if (choices[0]?.delta.content?.includes('word3')) break;
      }

      const { body } = await owner.send('conversations.list', { botId: bot });
      const [, answer] = await eventually(
        () => messagesOf(owner, body.data[0]?.id ?? ''),
        (messages) => messages.length === 2,
      );
      expect(answer).toMatchObject({ role: 'assistant', status: 'aborted' });
      expect(answer?.content).toContain('word3');
      expect(slow.abandoned).toBe(abandoned + 1);
    });

    it('and an aborted answer when the client waits no longer for one in one piece', async () => {
      const bot = await botOn('slow');
      const waiting = new AbortController();
      setTimeout(() => {
        waiting.abort();
      }, 300);

      const call = client.chat.completions.create(
        { model: bot, messages: [user('Talk.')] },
        { signal: waiting.signal },
      );

      await expect(call).rejects.toThrow('aborted');
      const { body } = await owner.send('conversations.list', { botId: bot });
      const [, answer] = await eventually(
        () => messagesOf(owner, body.data[0]?.id ?? ''),
        (messages) => messages.length === 2,
      );
      expect(answer?.status).toBe('aborted');
    });
  });

  describe('lists bots as models', () => {
    it('of the own workspace, and shows each', async () => {
      const { id, name, slug } = await createBot(owner, { name: 'Listed' });
      const stranger = await (await testApp.workspace()).as('owner');
      const foreign = await createBot(stranger);

      const models = await collect(await client.models.list());

      expect(models.find((model) => model.id === slug)).toMatchObject({ object: 'model', name, bot_id: id });
      expect(JSON.stringify(models)).not.toContain(foreign.id);
      expect(await client.models.retrieve(id)).toMatchObject({
        ...{ id: slug, bot_id: id },
        object: 'model',
        created: expect.any(Number),
      });
      for (const model of [`bot:${id}`, slug, `bot:${slug}`])
        expect(await client.models.retrieve(model)).toMatchObject({ id: slug, bot_id: id });
      await expect(client.models.retrieve(foreign.id)).rejects.toThrow(NotFoundError);
      await expect(client.models.retrieve('gpt-4o')).rejects.toThrow(NotFoundError);
    });
  });

  describe('refuses, in words that the SDK understands,', () => {
    it('a wrong key', async () => {
      const wrong = clientWith(`cq_key_${'a'.repeat(43)}`);

      const failure = await failureOf(wrong.models.list());

      expect(failure).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
      expect(failure).toBeInstanceOf(OpenAI.AuthenticationError);
      expect(failure.requestID).toEqual(expect.any(String));
    });

    it('a key that may not talk with bots', async () => {
      const body = { name: 'Reader', permissions: ['read Bot' as const] };
      const reader = clientWith((await owner.send('apiKeys.create', { body })).body.key);

      const failure = await failureOf(
        reader.chat.completions.create({ model: await botOn('speaking'), messages: [user(QUESTION)] }),
      );

      expect(failure).toMatchObject({ status: 403, code: 'forbidden', type: 'invalid_request_error' });
    });

    it('a key that may go on with conversations but open none', async () => {
      const permissions = ['read Bot' as const, 'chat Conversation' as const, 'read Conversation' as const];
      const { body } = await owner.send('apiKeys.create', { body: { name: 'Half', permissions } });

      const failure = await failureOf(
        clientWith(body.key).chat.completions.create({
          ...{ model: await botOn('speaking'), messages: [user(QUESTION)] },
        }),
      );

      expect(failure).toMatchObject({ status: 403, code: 'forbidden' });
    });

    it.each([
      ['response_format', { type: 'json_schema', json_schema: { name: 'hours', schema: {} } }],
      ['reasoning_effort', 'high'],
    ])('%s, before anything is kept, where the model of the bot is not able to', async (param, value) => {
      const { id: bot } = await createBot(owner);
      const asked = { model: bot, messages: [user(QUESTION)], [param]: value };

      const failures = [
        await failureOf(client.chat.completions.create(asked)),
        await failureOf(client.chat.completions.create({ ...asked, stream: true })),
      ];

      const refusal = { status: 400, type: 'invalid_request_error', code: 'unsupported_parameter', param };
      expect(failures).toMatchObject([refusal, refusal]);
      expect(failures[0]?.message).toContain('local/extractive');
      expect((await owner.send('conversations.list', { botId: bot })).body.data).toEqual([]);
    });

    it.each([
      ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
      ['response_format.type', { response_format: { type: 'yaml' } }],
      ['response_format.json_schema.name', formNamed('two words')],
      ['reasoning_effort', { reasoning_effort: 'enormous' }],
    ])('a %s that is none', async (param, asked) => {
      const { status, text } = await post({ model: NO_ID, messages: [user(QUESTION)], ...asked });

      expect([status, JSON.parse(text)]).toMatchObject([400, { error: { param } }]);
    });

    it.each(['gpt-4o', NO_ID, `bot:${NO_ID}`, '../../v1/bots'])(
      'the model %j, which names no bot',
      async (model) => {
        const failure = await failureOf(complete(model, user(QUESTION)));

        expect(failure).toBeInstanceOf(NotFoundError);
        expect(failure).toMatchObject({
          code: 'model_not_found',
          param: 'model',
          type: 'invalid_request_error',
        });
      },
    );

    it("another workspace's bot, like one that never was, also for a stream", async () => {
      const stranger = await (await testApp.workspace()).as('owner');
      const { id } = await createBot(stranger);

      const foreign = await failureOf(complete(id, user(QUESTION)));
      const unknown = await failureOf(complete(NO_ID, user(QUESTION)));
      const streamed = await failureOf(read(id));

      expect(foreign.error).toEqual(unknown.error);
      expect(streamed).toMatchObject({ status: 404, code: 'model_not_found' });
    });

    it.each<[string, unknown, string]>([
      ['no messages', [], 'messages'],
      ['messages that are none', 'Hello?', 'messages'],
      [
        'an answer in the last place',
        [user(QUESTION), { role: 'assistant', content: 'At ten.' }],
        'messages',
      ],
      ['instructions alone', [{ role: 'system', content: 'Be brief.' }], 'messages'],
      ['a role that there is not', [{ role: 'bot', content: QUESTION }], 'messages.0.role'],
      ['a question without content', [{ role: 'user' }], 'messages.0.content'],
      ['a blank question', [user(' \n')], 'messages.0.content'],
      ['a question of no parts', [{ role: 'user', content: [] }], 'messages.0.content'],
      ['content that is no text', [{ role: 'user', content: { text: QUESTION } }], 'messages.0.content'],
      ['parts that are no parts', [{ role: 'user', content: [QUESTION] }], 'messages.0.content'],
      [
        'a picture',
        [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }],
        'messages.0.content',
      ],
      ['NUL in the question', [user('a\u0000b')], 'messages.0.content'],
      ['half a character in the question', [user('a\ud800b')], 'messages.0.content'],
      ['a question of 100,000 characters', [user('x'.repeat(100_000))], 'messages.0.content'],
    ])('%s', async (_, messages, param) => {
      const asked = speaking.requests.length;

      const failure = await failureOf(
        complete(await botOn('speaking'), ...([messages].flat() as ChatCompletionMessageParam[])),
      );

      expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
      expect(failure).toMatchObject({ type: 'invalid_request_error', code: 'invalid_fields', param });
      expect(failure.message).toContain(param);
      expect(speaking.requests).toHaveLength(asked);
    });

    it.each<[string, object, string]>([
      ['two answers at once', { n: 2 }, 'n'],
      ['a user of 201 characters', { user: 'x'.repeat(201) }, 'user'],
      ['a stream that is neither wanted nor not', { stream: 'yes' }, 'stream'],
      ['metadata that are none', { metadata: 'page' }, 'metadata'],
      ['no model', { model: undefined }, 'model'],
    ])('%s', async (_, more, param) => {
      const body = { model: await botOn('speaking'), messages: [user(QUESTION)], ...more };

      const { status, text } = await post(body);

      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({
        error: {
          ...{ message: expect.stringContaining(param), type: 'invalid_request_error' },
          ...{ code: 'invalid_fields', param },
        },
      });
    });

    it.each<[string, string, Record<string, string>, number]>([
      ['what is no JSON', '{', {}, 400],
      ['what is not there', '', {}, 400],
      ['another media type', 'model=x', { 'content-type': 'text/plain' }, 415],
      ['what is too large', JSON.stringify({ model: 'x'.repeat(11_000_000) }), {}, 413],
      ['a wrong Idempotency-Key', '{}', { 'idempotency-key': 'a b' }, 400],
    ])('%s', async (_, body, headers, status) => {
      const answer = await post(body, headers);

      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(JSON.parse(answer.text)).toMatchObject({ error: { type: 'invalid_request_error' } });
    });

    it('a route of the protocol that is not here', async () => {
      const failure = await failureOf(client.embeddings.create({ model: 'any', input: 'Hello' }));

      expect(failure).toMatchObject({ status: 404, type: 'invalid_request_error' });
      expect(failure.message).toContain('no such route');
    });
  });

  describe('tells of a model that fails', () => {
    it('with a status, when the answer was to come in one piece', async () => {
      const bot = await botOn('failing');

      const failure = await failureOf(complete(bot, user(QUESTION)));

      expect(failure).toMatchObject({ status: 503, type: 'server_error', code: 'provider_overloaded' });
      const { body } = await owner.send('conversations.list', { botId: bot });
      expect(await messagesOf(owner, body.data[0]?.id ?? '')).toMatchObject([
        { role: 'user', content: QUESTION },
        { role: 'assistant', status: 'error' },
      ]);
    });

    it('in the middle of a stream, where the SDK throws after what was said', async () => {
      const bot = await botOn('breaking');
      const chunks: ChatCompletionChunk[] = [];
      const stream = await client.chat.completions.create({
        ...{ model: bot, messages: [user(QUESTION)], stream: true },
      });
      const reading = async (): Promise<void> => {
        for await (const chunk of stream) chunks.push(chunk);
      };

      const failure = await failureOf(reading());

      expect(failure).toMatchObject({ type: 'server_error', code: 'provider_overloaded' });
      expect(failure.message).toContain('overloaded');
      expect(textOf(chunks)).toBe('It opens ');
    });
  });

  it('ends a stream in its own words when the key is taken away', async () => {
    const admin = await workspace.as('admin');
    const { body } = await admin.send('apiKeys.create', { body: { name: 'Short-lived' } });
    const stream = await clientWith(body.key).chat.completions.create({
      ...{ model: await botOn('slow'), messages: [user('Talk.')], stream: true },
    });
    const reading = async (): Promise<void> => {
      for await (const { choices } of stream) {
        if (choices[0]?.delta.content?.includes('word0'))
          await admin.send('apiKeys.revoke', { apiKeyId: body.id });
      }
    };

    const failure = await failureOf(reading());

    expect(failure).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key' });
  });

  it('limits calls, and says when to come back', async () => {
    const limited = await createTestApp({ env: { RATE_LIMIT_PER_MINUTE: '5' } });
    const member = await (await limited.workspace()).as('owner');
    const busy = new OpenAI({
      ...{ baseURL: `${limited.baseUrl}/openai/v1`, apiKey: member.token ?? '', maxRetries: 0 },
    });

    const failures = await Promise.all(
      Array.from({ length: 6 }, () =>
        busy.models.list().then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );

    const [failure] = failures.filter((one) => one instanceof OpenAI.RateLimitError);
    expect(failure).toMatchObject({ code: 'rate_limit_exceeded', status: 429 });
    expect(Number(failure?.headers?.get('retry-after'))).toBeGreaterThan(0);
    await limited.close();
  });

  it('leaves failures of all other routes as they were', async () => {
    const { headers, body } = await apiClient(testApp.baseUrl, key).get('/v1/bots/openai');

    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 404, code: 'not_found' });
  });
});
