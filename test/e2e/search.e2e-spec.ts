import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { MessageHitPage } from '../support/generated/api.js';
import { readHostileStrings } from '../support/fuzz/hostile-strings.js';
import { ask, createBot, openConversation } from '../support/journey.js';

type Hit = MessageHitPage['data'][number];

const talking = new FakeChatModel('talking', {
  texts: ['The bicycle was repaired <b>yesterday</b> & it costs 40 euros.'],
  usage: { inputTokens: 10, outputTokens: 5 },
});

describeOnEachDatabase('search', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let editor: TestMember;
  let botId: string;
  let said: string;

  const search = async (q: string, more = '', who: TestMember = editor): Promise<readonly Hit[]> =>
    (await who.get<MessageHitPage>(`/v1/messages/search?q=${encodeURIComponent(q)}${more}`)).body.data;
  const textsOf = async (q: string, more = ''): Promise<string[]> =>
    (await search(q, `${more}&role=user`)).map(({ snippet }) => snippet.text);
  const say = async (
    texts: readonly string[],
    more: Parameters<typeof openConversation>[2] = {},
  ): Promise<string> => {
    const conversationId = await openConversation(editor, botId, more);
    for (const text of texts) await ask(editor, conversationId, text);
    // An answer is indexed later than its question.
    await eventually(
      async () => {
        const [asked, answered] = [
          await search(texts.at(-1) ?? '', '&role=user'),
          await search('bicycle', '&role=assistant'),
        ];
        return [asked, answered].map(
          (hits) => hits.filter((hit) => hit.conversationId === conversationId).length,
        );
      },
      ([asked = 0, answered = 0]) => asked > 0 && answered === texts.length,
    );
    return conversationId;
  };
  const conversationsWith = async (query: string): Promise<string[]> => {
    const { body } = await editor.get<{ data: { id: string }[] }>(`/v1/conversations?${query}`);
    return body.data.map(({ id }) => id);
  };

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [talking] });
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    const bot = await createBot(editor, { model: { provider: 'talking', name: 'any' } });
    botId = bot.id;
    said = await say(
      [
        'My bicycles need repairing before the holiday.',
        'Wo finde ich meine alten Rechnungen und die Lieferscheine der Bestellung?',
        '東京都の天気はどうですか',
      ],
      { metadata: { plan: 'pro', seats: 5 }, externalUserId: 'ann' },
    );
  });

  afterAll(async () => {
    await testApp.close();
  });

  it('finds words in any form, in the language they were said in', async () => {
    expect(await textsOf('bicycle')).toEqual(['My bicycles need repairing before the holiday.']);
    expect(await textsOf('repaired holidays')).toHaveLength(1);
    expect(await textsOf('Rechnung')).toHaveLength(1);
    expect(await textsOf('天気')).toHaveLength(1);
    expect(await textsOf('bicycle zebra')).toEqual([]);
  });

  it('finds phrases as they stand, beginnings of words, and leaves out what is excluded', async () => {
    expect(await textsOf('"need repairing"')).toHaveLength(1);
    expect(await textsOf('"repairing need"')).toEqual([]);
    expect(await textsOf('"bicycle"')).toEqual([]);
    expect(await textsOf('holi*')).toHaveLength(1);
    expect(await textsOf('bicycle -holiday')).toEqual([]);
    expect(await textsOf('bicycle -"the beach"')).toHaveLength(1);
    expect(await textsOf('-bicycle')).toHaveLength(2);
  });

  it('marks what was found, as plain text', async () => {
    const [hit] = await search('repair', '&role=assistant');

    expect(hit?.snippet.text).toBe('The bicycle was repaired <b>yesterday</b> & it costs 40 euros.');
    expect(hit?.snippet.marks.map(({ start, end }) => hit.snippet.text.slice(start, end))).toEqual([
      'repaired',
    ]);
  });

  it('narrows down by bot, person, metadata, time and what conversations are like', async () => {
    const another = await createBot(editor, { name: 'Another', model: { provider: 'talking', name: 'any' } });
    const past = new Date(Date.now() - 3_600_000).toISOString();
    const soon = new Date(Date.now() + 3_600_000).toISOString();

    expect(await textsOf('bicycle', `&botId=${botId}`)).toHaveLength(1);
    expect(await textsOf('bicycle', `&botId=${another.id}`)).toEqual([]);
    expect(await textsOf('bicycle', '&externalUserId=ann')).toHaveLength(1);
    expect(await textsOf('bicycle', '&externalUserId=bob')).toEqual([]);
    expect(await textsOf('bicycle', '&metadata.plan=pro&metadata[seats]=5')).toHaveLength(1);
    expect(await textsOf('bicycle', '&metadata.plan=free')).toEqual([]);
    expect(await textsOf('bicycle', `&from=${past}&to=${soon}`)).toHaveLength(1);
    expect(await textsOf('bicycle', `&from=${soon}`)).toEqual([]);
    expect(await textsOf('bicycle', `&to=${past}`)).toEqual([]);
    expect(await textsOf('bicycle', '&model=any&minMessages=6&hasError=false')).toHaveLength(1);
    expect(await textsOf('bicycle', '&hasError=true')).toEqual([]);
    expect(await textsOf('bicycle', '&unread=true&assignedTo=nobody&status=open')).toHaveLength(1);
    expect(await textsOf('bicycle', '&unread=false')).toEqual([]);
    expect(await textsOf('bicycle', '&assignedTo=me')).toEqual([]);
  });

  it('lists conversations by what was said in them, by time or by how well it fits', async () => {
    const other = await say(['Repairing bicycles, bicycles and more bicycles']);

    expect(await conversationsWith('q=bicycle')).toEqual([other, said]);
    expect(await conversationsWith('q=Rechnung')).toEqual([said]);
    expect(await conversationsWith('q=bicycle&sort=relevance&externalUserId=ann')).toEqual([said]);
    expect(await conversationsWith('q=bicycles&sort=relevance')).toEqual([other, said]);
    expect(await conversationsWith('q=%3F%3F%3F')).toEqual([]);
    expect(await conversationsWith('metadata.plan=pro')).toEqual([said]);
    expect(await conversationsWith('minMessages=6')).toEqual([said]);
    expect(await conversationsWith('costAbove=0.5')).toEqual([]);
    expect(await conversationsWith('model=any&hasError=false')).toEqual([other, said]);
    expect(await conversationsWith('model=other')).toEqual([]);
    expect(await conversationsWith(`topicId=${newId()}`)).toEqual([]);
  });

  it.each(['time', 'relevance'])(
    'pages by %s without a gap or a repetition while messages arrive',
    async (sort) => {
      const word = `kettle${sort}`;
      for (let count = 1; count <= 5; count += 1)
        await say([`${`${word} `.repeat(count)}${'pot '.repeat(5 - count)}number ${String(count)}`]);
      const path = `/v1/messages/search?q=${word}&role=user&limit=2&sort=${sort}`;
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: MessageHitPage } = await editor.get<MessageHitPage>(
          cursor === '' ? path : `${path}&cursor=${cursor}`,
        );
        seen.push(...body.data.map(({ snippet }) => snippet.text));
        cursor = body.nextCursor;
        if (seen.length === 2) await say([`${word} has just arrived`]);
      }

      const old = seen.filter((text) => text.includes('number')).map((text) => Number(text.slice(-1)));
      expect([...old].sort()).toEqual([1, 2, 3, 4, 5]);
      if (sort === 'relevance') expect(old[0]).toBe(5);
      else expect(old).toEqual([5, 4, 3, 2, 1]);
    },
  );

  it('refuses the cursor of another query', async () => {
    await say(['A teapot stands here.', 'A teapot stands there.']);
    const path = '/v1/messages/search?q=teapot&limit=1';
    const { body } = await editor.get<MessageHitPage>(path);

    for (const other of [
      `/v1/messages/search?q=bicycle&limit=1&cursor=${body.nextCursor ?? ''}`,
      `${path}&sort=relevance&cursor=${body.nextCursor ?? ''}`,
      `/v1/conversations?q=teapot&cursor=${body.nextCursor ?? ''}`,
      `/v1/conversations?cursor=${body.nextCursor ?? ''}`,
    ]) {
      const { status, body: problem } = await editor.get(other);
      expect([status, JSON.stringify(problem)]).toEqual([422, expect.stringContaining('is not a cursor')]);
    }
    expect((await editor.get(`${path}&cursor=${body.nextCursor ?? ''}`)).status).toBe(200);
  });

  it('shows nothing of other workspaces, and to viewers nothing but their own', async () => {
    const stranger = await (await testApp.workspace()).as('owner');
    const viewer = await workspace.as('viewer');

    expect(await search('bicycle', '', stranger)).toEqual([]);
    expect(await search('bicycle', `&botId=${botId}`, stranger)).toEqual([]);
    expect(await search('bicycle', '', viewer)).toEqual([]);
    expect((await testApp.anonymous.get('/v1/messages/search?q=bicycle')).status).toBe(401);
  });

  it.each(
    [
      "' or 1=1 --",
      'a & b | !c <-> d',
      '!!(((',
      'foo:*A & bar:B',
      '^(a+)+$ [z-a] \\',
      '"',
      '""',
      '-',
      '*',
      '-"-*"',
      '\\',
      '%_%',
      '$1 ? ?::int',
      'x'.repeat(2_000),
      'a b '.repeat(500),
      '"'.repeat(1_999),
      '😀 👩‍👩‍👧',
      'ﷺ ﬁ Å',
      '\u202e right',
      "it's o'clock",
      '@w000 ~de:haus',
    ].map((q) => ({ q, name: q.slice(0, 30) })),
  )('takes $name for words', async ({ q }) => {
    for (const path of [
      '/v1/messages/search?sort=relevance',
      '/v1/messages/search?x',
      '/v1/conversations?x',
    ]) {
      const { status } = await editor.get(`${path.replace('?x', '?limit=5')}&q=${encodeURIComponent(q)}`);
      expect(status).toBe(200);
    }
  });

  it('takes every hostile string for words, or refuses it', async () => {
    for (const text of readHostileStrings().texts) {
      const q = encodeURIComponent(text.slice(0, 1_000).toWellFormed());
      const { status } = await editor.get(`/v1/messages/search?q=${q}&sort=relevance`);
      expect([text.slice(0, 80), [200, 422].includes(status) ? 'answered' : status]).toEqual([
        text.slice(0, 80),
        'answered',
      ]);
    }
  });

  it('finds nothing by what belongs to others, and tells nothing of it', async () => {
    const stranger = await (await testApp.workspace()).as('owner');
    const foreignBot = (await createBot(stranger)).id;
    const { body: source } = await stranger.send('datasources.create', {
      body: { type: 'text', content: 'Theirs.' },
    });

    for (const filter of [
      ...[`botId=${foreignBot}`, `datasourceId=${source.id}`, `assignedTo=${stranger.user.id}`],
      ...[`topicId=${newId()}`, `botId=${newId()}`],
    ]) {
      expect(await conversationsWith(filter)).toEqual([]);
      expect(await search('bicycle', `&${filter}`)).toEqual([]);
    }
    const { body } = await editor.post('/v1/conversations/bulk', {
      ...{ filter: { botId: foreignBot }, change: { addTags: ['mine'] } },
    });
    expect(body['matched']).toBe(0);
  });

  it.each(
    [
      'q=',
      'q=%00',
      'q=%20',
      `q=${'x'.repeat(10_000)}`,
      'q=a&q=b',
      'q=a&sort=random',
      'q=a&metadata=x',
      'q=a&metadata.__proto__=x',
      'q=a&from=yesterday',
      'q=a&more=x',
      'q=a&minMessages=-1',
      'q=a&assignedTo=everybody',
    ].map((query) => ({ query, name: query.slice(0, 30) })),
  )('refuses $name', async ({ query }) => {
    expect((await editor.get(`/v1/messages/search?${query}`)).status).toBe(422);
  });
});
