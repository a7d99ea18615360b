import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage, ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const FACT = 'The shop in Bergen opens at ten and closes at eighteen on weekdays.';
const call = (id: string, args: object, problem?: string) => ({
  ...{ id, name: 'search_sources', arguments: args as Record<string, unknown> },
  ...(problem ? { problem } : {}),
});

const searching = new FakeChatModel(
  'searching',
  {
    texts: ['Let me look. '],
    toolCalls: [
      call('call_1', { query: 'opening hours of the shop' }),
      call('call_2', {}, 'The arguments do not fit.'),
    ],
    usage: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 80 },
  },
  { texts: ['It opens at ten [2].'], usage: { inputTokens: 150, outputTokens: 12 } },
);
const endless = new FakeChatModel('endless', {
  texts: [],
  toolCalls: [call('call_again', { query: 'shop' })],
});

const hostile = new FakeChatModel('hostile', {
  texts: ['NUL\0 is no letter.'],
  usage: { inputTokens: 9e15, outputTokens: -5 },
});

describe('a bot that may search its sources', () => {
  let testApp: TestApp;
  let site: TestSite;
  let editor: TestMember;

  beforeAll(async () => {
    site = await createSite({
      '/hours': articlePage('Opening hours', FACT),
      '/lamps': articlePage(
        'Lamps',
        'A xylophone lamp is lit by a bulb of forty watts, and comes with a warranty.',
      ),
    });
    testApp = await createTestApp({
      env: { OUTBOUND_ALLOW: site.host },
      chatModels: [searching, endless, hostile],
    });
    editor = await (await testApp.workspace()).as('editor');
  });
  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const conversationWith = async (provider: string, tools: 'search_sources'[] = ['search_sources']) => {
    const retrieval = { topK: 1 };
    const bot = await createBot(editor, { model: { provider, name: 'any' }, retrieval, tools });
    await addPage(editor, site.url('/hours'), [bot.id]);
    await addPage(editor, site.url('/lamps'), [bot.id]);
    return openConversation(editor, bot.id);
  };

  it('carries out what the model asks for, and keeps each call as a message', async () => {
    const conversationId = await conversationWith('searching');

    const events = await editor.events('conversations.ask', {
      conversationId,
      body: { content: 'xylophone?' },
    });

    expect(events.map(({ event }) => event)).toEqual([
      'message.started',
      'message.delta',
      'tool.started',
      'tool.started',
      'tool.completed',
      'tool.completed',
      'message.delta',
      'message.completed',
    ]);
    const [question, good, bad, answer] = await messagesOf(editor, conversationId);
    expect(question).toMatchObject({ role: 'user', content: 'xylophone?' });
    expect(good).toMatchObject({
      role: 'tool',
      content: expect.stringContaining(FACT),
      tool: { name: 'search_sources', arguments: { query: 'opening hours of the shop' }, error: null },
    });
    expect(bad).toMatchObject({ role: 'tool', tool: { error: 'The arguments do not fit.' } });
    expect(answer).toMatchObject({
      content: 'Let me look. It opens at ten [2].',
      citations: [{ index: 2, quote: FACT }],
      usage: { inputTokens: 250, outputTokens: 22, cachedInputTokens: 80 },
    });
  });

  it('tells the model what came of it, as data', async () => {
    const told = searching.requests[1]?.messages.slice(-3);

    expect(told).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'call_1' }, { id: 'call_2' }] },
      {
        role: 'tool',
        toolCallId: 'call_1',
        content: expect.stringContaining('> The shop in Bergen'),
        isError: false,
      },
      { role: 'tool', toolCallId: 'call_2', content: 'The arguments do not fit.', isError: true },
    ]);
  });

  it('makes a model that goes on and on answer with what it has', async () => {
    const conversationId = await conversationWith('endless');

    const { body } = await ask(editor, conversationId, 'And again?');

    expect(body.answer.status).toBe('complete');
    expect(endless.requests).toHaveLength(9);
    expect(endless.requests.at(-1)?.tools).toBeUndefined();
    const tools = (await messagesOf(editor, conversationId)).filter(({ role }) => role === 'tool');
    expect(tools).toHaveLength(8);
  });

  it('is told of no tools unless the bot has them', async () => {
    const conversationId = await conversationWith('searching', []);

    await ask(editor, conversationId, 'When?');

    expect(searching.requests.at(-1)?.tools).toBeUndefined();
  });

  it('keeps what a model says that no database would take', async () => {
    const conversationId = await conversationWith('hostile');

    const { body } = await ask(editor, conversationId, 'When?');

    expect(body.answer).toMatchObject({
      ...{ status: 'complete', content: 'NUL is no letter.' },
      usage: { inputTokens: 1_000_000_000, outputTokens: 0 },
    });
  });
});
