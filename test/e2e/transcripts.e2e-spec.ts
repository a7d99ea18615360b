import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Tenancy } from '#common/database';
import { TranscriptsRepository } from '../../src/modules/conversations/transcripts/transcripts.repository.js';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeInBrowser, watchedPage } from '../support/browser.js';
import { describeOnEachDatabase } from '../support/database.js';
import { isReadAsKept, readHostileStrings } from '../support/fuzz/hostile-strings.js';
import type { MessagePage, NoteResponse, TranscriptResponse } from '../support/generated/api.js';
import { ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import { tellHistory } from '../support/told-history.js';

const HOSTILE = `<script>document.title = 'owned'</script><img src="http://127.0.0.1:9/x" onerror="alert(1)">`;
const TURNS = 25_000;

describeOnEachDatabase('transcripts', (target) => {
  const talking = new FakeChatModel('talking', {
    texts: ['**Gladly**, see [this](javascript:alert(1)).'],
    usage: { inputTokens: 100, outputTokens: 9 },
  });

  let testApp: TestApp;
  let workspace: TestWorkspace;
  let owner: TestMember;
  let analyst: TestMember;
  let visitor: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [talking] });
    workspace = await testApp.workspace();
    owner = await workspace.as('owner');
    analyst = await workspace.as('analyst');
    visitor = await workspace.as('viewer');
    const model = { provider: 'talking', name: 'any' };
    botId = (await createBot(owner, { name: 'Help <b>desk</b>', model })).id;
  });
  afterAll(() => testApp.close());

  const transcript = (who: TestMember, id: string, query = '') =>
    who.get<string>(`/v1/conversations/${id}/transcript${query}`);
  const asJson = async (who: TestMember, id: string, query = '') =>
    (await who.get<TranscriptResponse>(`/v1/conversations/${id}/transcript?format=json${query}`)).body;

  it('show as Markdown and as a page what was said, and nothing of it takes effect', async () => {
    const id = await openConversation(visitor, botId);
    await ask(visitor, id, `${HOSTILE}\n# Not a heading`);

    const markdown = await transcript(visitor, id);
    const page = await transcript(visitor, id, '?format=html&timezone=Asia/Tokyo');

    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(markdown.body).toContain('# Conversation with Help \\<b\\>desk\\</b\\>');
    expect(markdown.body).toContain('> \\# Not a heading');
    expect(markdown.body).toContain('> \\*\\*Gladly\\*\\*, see \\[this\\]\\(javascript:alert\\(1\\)\\).');
    expect(markdown.body).not.toMatch(/(?<!\\)</);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain(`default-src 'none'`);
    expect(page.headers.get('content-disposition')).toBe(`inline; filename="conversation-${id}.html"`);
    expect(page.body).toContain('&lt;script&gt;document.title');
    expect(page.body).toContain('(Asia/Tokyo)');
    expect(page.body).not.toMatch(/<script|<img|<b>|href=/);
    expect(page.body.trimEnd().endsWith('</html>')).toBe(true);
  });

  it('have for the team what visitors do not see', async () => {
    const id = await openConversation(visitor, botId, { externalUserId: 'ann-4711' });
    const { body } = await ask(visitor, id, 'May I?');
    await analyst.send('messages.rate', {
      messageId: body.answer.id,
      body: { rating: 'down', reason: 'off_topic', comment: 'No *good*' },
    });
    await analyst.send('corrections.put', { messageId: body.answer.id, body: { content: 'You may.' } });

    const seen = await asJson(visitor, id);
    const known = await asJson(analyst, id, '&view=team');
    const markdown = await transcript(analyst, id, '?view=team');
    const page = await transcript(analyst, id, '?view=team&format=html');

    expect(Object.keys(seen.messages[1] ?? {}).sort()).toEqual([
      'author',
      'citations',
      'content',
      'createdAt',
      'error',
      'id',
      'position',
      'role',
      'status',
    ]);
    expect(seen.conversation).not.toHaveProperty('externalUserId');
    expect(known).toMatchObject({
      conversation: { externalUserId: 'ann-4711', channel: 'api' },
      messages: [
        { author: 'visitor', rating: null },
        {
          ...{
            author: 'bot',
            inputTokens: 100,
            rating: 'down',
            ratingReason: 'off_topic',
            ratingComment: 'No *good*',
          },
          ...{ correction: 'You may.', trace: { found: [], supported: false } },
        },
      ],
    });
    for (const text of [markdown.body, page.body]) {
      expect(text).toContain('talking any');
      expect(text).toContain('Should have been: You may.');
      expect(text).toContain('ann-4711');
    }
    expect(markdown.body).toContain('Rated down \\(off topic\\): No \\*good\\*');
    expect((await transcript(visitor, id, '?view=team')).status).toBe(403);
    expect((await transcript(await (await testApp.workspace()).as('owner'), id)).status).toBe(404);
  });

  it('have for the team, and nobody else, what it noted, where it was noted', async () => {
    const id = await openConversation(visitor, botId);
    const note = async (content: string): Promise<NoteResponse> =>
      (await analyst.send('inbox.addNote', { conversationId: id, body: { content } })).body;
    const notes = [await note(`Before ${HOSTILE}`)];
    await ask(visitor, id, 'May I?');
    for (let index = 0; index < 51; index += 1) notes.push(await note(`Note ${String(index)}`));
    await ask(visitor, id, 'Once more?');

    const known = await asJson(analyst, id, '&view=team');
    const markdown = (await transcript(analyst, id, '?view=team')).body;
    const page = (await transcript(analyst, id, '?view=team&format=html')).body;

    expect(known.notes).toEqual(notes);
    expect(known.messages).toHaveLength(4);
    const order = ['Before', 'May I?', 'Gladly', 'Note 0', 'Note 50', 'Once more?'];
    for (const text of [markdown, page]) {
      const places = order.map((one) => text.indexOf(one));
      expect(places).toEqual(places.filter((place) => place > 0).toSorted((a, b) => a - b));
      expect(text.match(/Internal note/g)).toHaveLength(notes.length);
      expect(text).not.toMatch(/(?<!\\)<script/);
    }
    const asked = [await transcript(visitor, id), await transcript(analyst, id, '?format=html')];
    for (const { body } of [...asked, await transcript(visitor, id, '?format=json')])
      expect(JSON.stringify(body)).not.toContain('Note');
    expect(await asJson(visitor, id)).not.toHaveProperty('notes');
    const quiet = await openConversation(visitor, botId);
    expect(await asJson(analyst, quiet, '&view=team')).toMatchObject({ messages: [], notes: [] });
  });

  it('name who answered, and tell answers that were not given', async () => {
    const id = await openConversation(visitor, botId);
    await analyst.send('handovers.takeOver', { conversationId: id });
    await analyst.send('handovers.reply', { conversationId: id, body: { content: 'It is me.' } });

    const { body } = await transcript(visitor, id);

    expect(body).toMatch(/\*\*Team\*\*, .*\n\n> It is me\./);
    expect(body).not.toContain(analyst.user.id);
  });

  it.each(['?format=pdf', '?view=mine', '?timezone=Europe/Atlantis', '?formats=json'])(
    'refuse %s',
    async (query) => {
      const id = await openConversation(visitor, botId);

      expect((await transcript(visitor, id, query)).status).toBe(422);
    },
  );

  it('say every hostile string as it was said', async () => {
    const said = readHostileStrings()
      .texts.map((text) => text.toWellFormed())
      .filter((text) => !text.includes('\0') && isReadAsKept(text, target));
    const [id = ''] = await tellHistory(testApp, owner, botId, [
      { at: new Date(), turns: said.map((question) => ({ question })) },
    ]);

    const { messages } = await asJson(owner, id);
    const page = await transcript(owner, id, '?format=html');

    expect(messages.filter(({ author }) => author === 'visitor').map(({ content }) => content)).toEqual(said);
    expect(
      page.body.replaceAll(/<\/?(?:li|p|div|bdi|time|ul|ol|main|h1|body|html)\b[^<>]*>/g, ''),
    ).not.toMatch(/<(?!!doctype|\/?(?:head|meta|title|style)\b)/);
  });

  it('give 50,000 messages, page by page or in one piece, and read no further than somebody takes', async () => {
    const turns = Array.from({ length: TURNS }, (_, turn) => ({ question: `Question ${String(turn)}` }));
    const [id = ''] = await tellHistory(testApp, owner, botId, [
      { at: new Date('2026-11-20T10:00:00Z'), turns },
    ]);

    let cursor = '';
    for (let page = 0; page < 3; page += 1) {
      const path = `/v1/conversations/${id}/messages?limit=200${cursor}`;
      const { body } = await owner.get<MessagePage>(path);
      expect(body.data).toHaveLength(200);
      expect(body.data[0]?.content).toBe(`Question ${String(page * 100)}`);
      cursor = `&cursor=${body.nextCursor ?? ''}`;
    }
    const { messages } = await asJson(owner, id);
    const markdown = await transcript(owner, id);

    expect(messages.map(({ position }) => position)).toEqual(
      Array.from({ length: 2 * TURNS }, (_, index) => index + 1),
    );
    expect(markdown.body.match(/^\*\*Visitor\*\*/gm)).toHaveLength(TURNS);
    const pages = testApp.app.get(TranscriptsRepository, { strict: false });
    const first = await testApp.app.get(Tenancy).runUnbound(async () => {
      const reading = pages.pages({ workspaceId: workspace.id, id, messageCount: 2 * TURNS }, true);
      const { value } = await reading.next();
      await reading.return(undefined);
      return value;
    });
    expect(first).toHaveLength(200);
    expect(await messagesOf(owner, id)).toHaveLength(50);
  });
});

describeInBrowser('transcripts in a browser', (open) => {
  let browser: Browser;
  let testApp: TestApp;

  beforeAll(async () => {
    browser = await open();
    testApp = await createTestApp({ chatModels: [new FakeChatModel('echo', { texts: [HOSTILE] })] });
  });
  afterAll(async () => {
    await browser.close();
    await testApp.close();
  });

  it('run nothing and ask for nothing', async () => {
    const owner = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(owner, { name: HOSTILE, model: { provider: 'echo', name: 'any' } });
    const id = await openConversation(owner, botId);
    await ask(owner, id, HOSTILE);
    const { body: text } = await owner.get<string>(
      `/v1/conversations/${id}/transcript?format=html&view=team`,
    );
    const { page, troubles } = await watchedPage(browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));

    await page.setContent(text, { waitUntil: 'load' });

    expect(asked).toEqual([]);
    expect(troubles).toEqual([]);
    expect(await page.title()).toBe(`Conversation with ${HOSTILE}, as the team sees it`);
    expect(await page.locator('main > ol.said > li .text').allTextContents()).toEqual([HOSTILE, HOSTILE]);
    expect(await page.locator('.said > li').count()).toBe(await page.locator('li:has(.text)').count());
  });
});
