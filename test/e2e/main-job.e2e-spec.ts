import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnEachDatabase } from '../support/database.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage, ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const WARRANTY = 'The Aurora lamp comes with a warranty of 24 months from the day of purchase.';
const RETURNS = 'Unused goods can be sent back within 30 days, and the postage is refunded.';

describeOnEachDatabase('a page becomes a bot that answers with citations', (target) => {
  let testApp: TestApp;
  let site: TestSite;
  let editor: TestMember;
  let botId: string;

  beforeAll(async () => {
    site = await createSite({ '/help': articlePage('Help for customers', WARRANTY, RETURNS) });
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: site.host } });
    editor = await (await testApp.workspace()).as('editor');
    botId = (await createBot(editor)).id;
    await addPage(editor, site.url('/help'), [botId]);
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  it('streams an answer that quotes the page, and keeps it', async () => {
    const conversationId = await openConversation(editor, botId);

    const events = await editor.events('conversations.ask', {
      conversationId,
      body: { content: 'How long is the warranty of the Aurora lamp?' },
    });

    const [started] = events;
    const completed = events.at(-1);
    if (started?.event !== 'message.started' || completed?.event !== 'message.completed')
      throw new Error(`It streamed ${JSON.stringify(events)}`);
    const { message } = completed.data;
    const kinds = events.map(({ event }) => event);
    expect(new Set(kinds.slice(1, -1))).toEqual(new Set(['message.delta']));
    expect(message.content).toBe(
      events.map(({ event, data }) => (event === 'message.delta' ? data.text : '')).join(''),
    );
    expect(message).toMatchObject({
      id: started.data.messageId,
      role: 'assistant',
      status: 'complete',
      answered: true,
      model: { provider: 'local', name: 'extractive' },
    });
    expect(message.citations[0]).toMatchObject({
      index: 1,
      quote: WARRANTY,
      url: site.url('/help'),
      title: 'Help for customers',
    });
    const history = await messagesOf(editor, conversationId);
    expect(history.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(history[1]).toEqual(message);
  });

  it('answers in one piece to who does not want a stream', async () => {
    const conversationId = await openConversation(editor, botId);

    const { body } = await ask(editor, conversationId, 'Within how many days can I send unused goods back?');

    expect(body.message.content).toBe('Within how many days can I send unused goods back?');
    expect(body.answer.citations[0]?.quote).toContain('within 30 days');
  });

  it('says so when the sources hold no answer', async () => {
    const conversationId = await openConversation(editor, botId);

    const { body } = await ask(editor, conversationId, 'Who won the football championship in 1954?');

    expect(body.answer).toMatchObject({ answered: false, status: 'complete', citations: [] });
    expect(body.answer.content).not.toBe('');
  });

  it('finds nothing in sources that are not attached', async () => {
    const other = await createBot(editor, { name: 'Knows nothing' });

    const { body } = await editor.send('bots.search', { botId: other.id, body: { query: 'warranty lamp' } });

    expect(body.data).toEqual([]);
  });

  it('forgets a source that is detached', async () => {
    const bot = await createBot(editor, { name: 'Forgetful' });
    const source = await addPage(editor, site.url('/help'), [bot.id]);
    const pair = { botId: bot.id, datasourceId: source.id };
    const search = async (): Promise<number> =>
      (await editor.send('bots.search', { botId: bot.id, body: { query: 'warranty' } })).body.data.length;

    const attached = await search();
    await editor.send('bots.detach', pair);
    const detached = await search();
    await editor.send('bots.attach', pair);

    expect([attached > 0, detached, (await search()) > 0]).toEqual([true, 0, true]);
  });
});
