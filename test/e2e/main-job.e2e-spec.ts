import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnEachDatabase } from '../support/database.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage, createBot, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

interface Answer {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly status: string;
  readonly answered?: boolean;
  readonly citations: {
    readonly index: number;
    readonly quote: string;
    readonly url: string;
    readonly title: string;
  }[];
  readonly model: object;
}

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

    const events = await editor.stream(`/v1/conversations/${conversationId}/messages`, {
      content: 'How long is the warranty of the Aurora lamp?',
    });

    const kinds = events.map(({ event }) => event);
    expect(kinds[0]).toBe('message.started');
    expect(kinds.at(-1)).toBe('message.completed');
    expect(new Set(kinds.slice(1, -1))).toEqual(new Set(['message.delta']));
    const message = events.at(-1)?.data['message'] as Answer;
    expect(message.content).toBe(
      events
        .filter(({ event }) => event === 'message.delta')
        .map(({ data }) => String(data['text']))
        .join(''),
    );
    expect(message).toMatchObject({
      id: events[0]?.data['messageId'],
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
    const history = await editor.get<{ data: Answer[] }>(`/v1/conversations/${conversationId}/messages`);
    expect(history.body.data.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(history.body.data[1]).toEqual(message);
  });

  it('answers in one piece to who does not want a stream', async () => {
    const conversationId = await openConversation(editor, botId);

    const { status, body } = await editor.post<{ message: Answer; answer: Answer }>(
      `/v1/conversations/${conversationId}/messages`,
      { content: 'Within how many days can I send unused goods back?' },
    );

    expect(status).toBe(200);
    expect(body.message.content).toBe('Within how many days can I send unused goods back?');
    expect(body.answer.citations[0]?.quote).toContain('within 30 days');
  });

  it('says so when the sources hold no answer', async () => {
    const conversationId = await openConversation(editor, botId);

    const { body } = await editor.post<{ answer: Answer }>(`/v1/conversations/${conversationId}/messages`, {
      content: 'Who won the football championship in 1954?',
    });

    expect(body.answer).toMatchObject({ answered: false, status: 'complete', citations: [] });
    expect(body.answer.content).not.toBe('');
  });

  it('finds nothing in sources that are not attached', async () => {
    const other = await createBot(editor, { name: 'Knows nothing' });

    const { body } = await editor.post<{ data: object[] }>(`/v1/bots/${other.id}/search`, {
      query: 'warranty lamp',
    });

    expect(body.data).toEqual([]);
  });

  it('forgets a source that is detached', async () => {
    const bot = await createBot(editor, { name: 'Forgetful' });
    const source = await addPage(editor, site.url('/help'), [bot.id]);
    const search = async (): Promise<number> =>
      (await editor.post<{ data: object[] }>(`/v1/bots/${bot.id}/search`, { query: 'warranty' })).body.data
        .length;

    const attached = await search();
    await editor.call('DELETE', `/v1/bots/${bot.id}/datasources/${source.id}`);
    const detached = await search();
    await editor.call('PUT', `/v1/bots/${bot.id}/datasources/${source.id}`);

    expect([attached > 0, detached, (await search()) > 0]).toEqual([true, 0, true]);
  });
});
