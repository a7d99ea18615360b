import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { KINDS, runInsights } from '../support/insights.js';
import { ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import { tellHistory, type ToldConversation } from '../support/told-history.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
const asked = (question: string, more: Partial<ToldConversation> = {}): ToldConversation => ({
  at: daysAgo(1),
  turns: [{ question }],
  ...more,
});
const ofEachKind = (): ToldConversation[] =>
  Object.values(KINDS).flatMap((questions) =>
    questions.map((question, index) => asked(question, { at: daysAgo(1 + index) })),
  );

/** By the questions that were put into the topic, or into a topic of the area, in the order of the conversations' ids. */
function conversationsAbout({ app }: TestApp, topicId: string): Promise<string[]> {
  return app.get(Tenancy, { strict: false }).runUnbound(async () => {
    const rows = await app.get(Sql, { strict: false }).acrossWorkspaces<{ id: string }>(
      'a test looks on',
      `select distinct t.conversation_id as id from insight_turns t
         join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
         join insight_topics c on c.workspace_id = q.workspace_id and c.id = q.topic_id
         where ?::uuid in (c.id, c.parent_id) order by 1`,
      [topicId],
    );
    return rows.map(({ id }) => id);
  });
}

describeOnEachDatabase('insights', (target) => {
  let testApp: TestApp;
  let analyst: TestMember;
  let editor: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    const workspace = await testApp.workspace();
    analyst = await workspace.as('analyst');
    editor = await workspace.as('editor');
    botId = (await createBot(editor)).id;
  });
  afterAll(() => testApp.close());

  const onDatabase = <Row>(sql: string, params: readonly unknown[]): Promise<Row[]> =>
    testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() => testApp.app.get(Sql, { strict: false }).acrossWorkspaces<Row>('a test', sql, params));
  const rate = async (conversationId: string, rating: 'up' | 'down'): Promise<void> => {
    const messages = await messagesOf(analyst, conversationId);
    const { id: messageId } = messages.find(({ role }) => role === 'assistant') ?? { id: '' };
    await editor.send('messages.rate', { messageId, body: { rating } });
  };
  const topics = async () =>
    (await analyst.send('insights.topics', { botId, level: 'topic', limit: 200, hidden: true })).body.data;
  const questions = async () => (await analyst.send('insights.questions', { botId, limit: 200 })).body.data;
  const topicOf = async (text: string): Promise<string | null> =>
    (await questions()).find((question) => question.text === text)?.topicId ?? null;

  it('counts what was asked, and leaves small talk out', async () => {
    await tellHistory(testApp, analyst, botId, [
      asked('', {
        externalUserId: 'ann',
        turns: [
          { question: 'Hello!' },
          { question: 'How long is the warranty of the lamp?', rating: 'up' },
          { question: 'And of the chair?', answered: false, afterMs: 3_600_000 },
          { question: 'Thanks, bye' },
        ],
      }),
      asked('how long is the WARRANTY of the lamp', { externalUserId: 'bob', at: daysAgo(0.9) }),
      asked('How long is the warranty of the lamp?', { channel: 'playground' }),
    ]);

    const job = await runInsights(analyst, botId);

    const { body } = await analyst.send('insights.overview', { botId });
    const asks = await questions();
    expect(job).toMatchObject({ state: 'succeeded', result: { turns: 6, questions: 2 } });
    expect(body.figures).toMatchObject({
      ...{ questions: 3, users: 2, conversations: 2, completed: 3, answered: 2, resolved: 2, ratedUp: 1 },
      ...{ firstContactRate: 1, ratingRate: 1, costUsd: 0.005 },
    });
    expect(asks.map(({ text, figures }) => [text, figures.questions, figures.users])).toEqual([
      ['How long is the warranty of the lamp?', 2, 2],
      ['How long is the warranty of the lamp? And of the chair?', 1, 1],
    ]);
  });

  it('counts what was asked of a bot that keeps no text', async () => {
    await tellHistory(testApp, analyst, botId, [
      asked('', { externalUserId: 'ann', turns: [{ question: '' }, { question: '', answered: false }] }),
      asked('', { externalUserId: 'bob' }),
    ]);

    await runInsights(analyst, botId);

    const { body } = await analyst.send('insights.overview', { botId });
    expect(body.figures).toMatchObject({
      ...{ questions: 3, users: 2, conversations: 2, completed: 3, answered: 2 },
      firstContactRate: 1,
    });
    expect([await questions(), await topics()]).toEqual([[], []]);
  });

  it('tells what was asked about of a bot that keeps no text by what its answers cite', async () => {
    const titles = Object.values(KINDS).flat();
    await tellHistory(testApp, analyst, botId, [
      ...titles.map((citedTitle) => asked('', { turns: [{ question: '', citedTitle }] })),
      asked('', { turns: [{ question: '', citedTitle: titles[0] ?? '' }] }),
      asked('', { turns: [{ question: '', answered: false }] }),
    ]);

    await runInsights(analyst, botId);

    const { body } = await analyst.send('insights.overview', { botId });
    expect(body.figures).toMatchObject({ questions: titles.length + 2, answered: titles.length + 1 });
    const [most] = await questions();
    expect([most?.text, most?.figures.questions]).toEqual([titles[0], 2]);
    const found = await topics();
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.reduce((sum, { figures }) => sum + figures.questions, 0)).toBe(titles.length + 1);
  });

  it('finds what questions are about, and keeps to what the team decides', async () => {
    await tellHistory(testApp, analyst, botId, ofEachKind());
    await runInsights(analyst, botId);
    const found = await topics();
    const refund = (await topicOf('How do I get a refund?')) ?? '';
    const password = (await topicOf('How can I reset my password?')) ?? '';
    const opening = (await topicOf('What are your opening hours?')) ?? '';

    await analyst.send('topics.update', {
      botId,
      topicId: refund,
      body: { name: 'Money back', isPinned: true },
    });
    await analyst.send('topics.merge', { botId, topicId: password, body: { topicId: opening } });
    const stray = (await questions()).find(({ text }) => text === 'Can a neighbour take my delivery?');
    await analyst.send('topics.place', { botId, questionId: stray?.id ?? '', body: { topicId: refund } });
    await runInsights(analyst, botId, 'rebuild');

    expect(found.length).toBeGreaterThan(3);
    expect(new Set([refund, password, opening]).size).toBe(3);
    expect(await topicOf('How do I get a refund?')).toBe(refund);
    expect(await topicOf('Can a neighbour take my delivery?')).toBe(refund);
    expect(await topicOf('What are your opening hours?')).toBe(password);
    expect((await topics()).find(({ id }) => id === refund)).toMatchObject({
      name: 'Money back',
      namedBy: 'team',
    });
    expect((await topics()).map(({ id }) => id)).not.toContain(opening);
  });

  it('finds the same topics in whatever order questions came', async () => {
    const foundAmong = async (told: ToldConversation[]): Promise<string[][]> => {
      botId = (await createBot(editor)).id;
      await tellHistory(testApp, analyst, botId, told);
      await runInsights(analyst, botId);
      const byTopic = Map.groupBy(await questions(), ({ topicId }) => topicId);
      return [...byTopic.values()].map((ones) => ones.map(({ text }) => text).sort()).sort();
    };
    const told = ofEachKind();

    const found = await foundAmong(told);

    expect(found.length).toBeGreaterThan(3);
    expect(await foundAmong(told.toReversed())).toEqual(found);
    expect(await foundAmong(told.toSorted((a, b) => a.at.getTime() - b.at.getTime()))).toEqual(found);
  });

  it('adds what is new and leaves the rest where it is', async () => {
    await tellHistory(testApp, analyst, botId, ofEachKind());
    await runInsights(analyst, botId);
    const before = await questions();
    await tellHistory(testApp, analyst, botId, [
      asked('Will I get my refund soon?', { at: new Date() }),
      asked('I want to reset my password', { at: new Date() }),
    ]);

    const job = await runInsights(analyst, botId);

    const after = await questions();
    const topicBefore = new Map(before.map(({ id, topicId }) => [id, topicId]));
    expect(job.result).toMatchObject({ embedded: 2, isRebuilt: false });
    expect(after.filter(({ id, topicId }) => topicBefore.has(id) && topicBefore.get(id) !== topicId)).toEqual(
      [],
    );
    expect(await topicOf('I want to reset my password')).toBe(await topicOf('How can I reset my password?'));
  });

  it('reads again only what has changed since, however old it is', async () => {
    const rated = await tellHistory(testApp, analyst, botId, [asked('How do I get a refund?')]);
    await tellHistory(testApp, analyst, botId, [
      asked('What are your opening hours?'),
      asked('Do you deliver parcels?', { at: new Date() }),
    ]);
    const read = async (): Promise<unknown> => (await runInsights(analyst, botId)).result?.['turns'];

    expect(await read()).toBe(3);
    expect(await read()).toBe(0);
    await rate(rated[0] ?? '', 'down');
    expect(await read()).toBe(1);
    await tellHistory(testApp, analyst, botId, [asked('I forgot my password', { at: daysAgo(20) })]);
    expect(await read()).toBe(1);
    expect(await read()).toBe(0);
    const { body } = await analyst.send('insights.overview', { botId });
    expect(body.figures).toMatchObject({ questions: 4, ratedDown: 1 });
    expect((await questions()).map(({ text }) => text)).toContain('I forgot my password');
  });

  it('reads all anew after the database was restored into another server, which counts from the beginning', async () => {
    await tellHistory(testApp, analyst, botId, [asked('How do I get a refund?')]);
    await runInsights(analyst, botId);
    await onDatabase(
      `update insight_states set read_mark = '9000000000000000000'::xid8 where bot_id = ? returning bot_id`,
      [botId],
    );

    const restored = await runInsights(analyst, botId);
    const after = await runInsights(analyst, botId);

    expect([restored.result, after.result]).toMatchObject([{ turns: 1 }, { turns: 0 }]);
  });

  it('finds the conversations of a topic, exactly, also after the team has decided something', async () => {
    const told = ofEachKind();
    const mixed = asked('', {
      turns: [{ question: 'How do I get a refund?' }, { question: 'What are your opening hours?' }],
    });
    const small = asked('Thanks, bye');
    const ids = await tellHistory(testApp, analyst, botId, [...told, mixed, small]);
    await runInsights(analyst, botId);
    const expected = (topicId: string): Promise<string[]> => conversationsAbout(testApp, topicId);
    const found = async (topicId: string): Promise<string[]> =>
      (await analyst.send('conversations.list', { botId, topicId, limit: 200 })).body.data
        .map(({ id }) => id)
        .sort();
    const refund = (await topicOf('How do I get a refund?')) ?? '';
    const opening = (await topicOf('What are your opening hours?')) ?? '';
    const password = (await topicOf('How can I reset my password?')) ?? '';

    expect(await found(refund)).toEqual(await expected(refund));
    expect(await found(refund)).toContain(ids.at(-2));
    expect(await found(opening)).toContain(ids.at(-2));
    const stray = (await questions()).find(({ text }) => text === 'Can a neighbour take my delivery?');
    await analyst.send('topics.place', { botId, questionId: stray?.id ?? '', body: { topicId: refund } });
    await analyst.send('topics.merge', { botId, topicId: opening, body: { topicId: password } });
    await eventually(
      () => found(password),
      (left) => left.length === 0,
      30_000,
    );

    expect(await found(refund)).toEqual(await expected(refund));
    expect(await found(opening)).toEqual(await expected(opening));
    expect(await found(refund)).toContain(
      ids[told.findIndex(({ turns }) => turns[0]?.question === stray?.text)],
    );
    const conversationId = await openConversation(analyst, botId);
    await ask(analyst, conversationId, 'How do I get a refund?');
    await runInsights(analyst, botId, 'rebuild');
    for (const { id } of await topics()) expect(await found(id)).toEqual(await expected(id));
    const hits = async (topicId: string) =>
      (await analyst.send('messages.search', { q: 'refund', botId, topicId })).body.data.map(
        (hit) => hit.conversationId,
      );
    // What has just been said becomes searchable in the background.
    await eventually(
      () => hits(refund),
      (found) => found.length > 0,
    );
    expect([await hits(refund), await hits(opening)]).toEqual([[conversationId], []]);
  });

  it('finds the conversations of all topics of an area, also after one has left it', async () => {
    await tellHistory(testApp, analyst, botId, ofEachKind());
    await runInsights(analyst, botId);
    const found = async (topicId: string): Promise<string[]> =>
      (await analyst.send('conversations.list', { botId, topicId, limit: 200 })).body.data
        .map(({ id }) => id)
        .sort();
    const areas = (await analyst.send('insights.topics', { botId, level: 'area', hidden: true })).body.data;
    const area = areas[0]?.id ?? '';
    const [leaving, ...staying] = (await topics()).filter(({ parentId }) => parentId === area);
    const before = await found(area);

    for (const { id } of areas) expect(await found(id)).toEqual(await conversationsAbout(testApp, id));
    expect(before).not.toEqual([]);
    expect(before).toEqual(expect.arrayContaining(await found(leaving?.id ?? '')));
    await analyst.send('topics.update', { botId, topicId: leaving?.id ?? '', body: { parentId: null } });
    await eventually(
      () => found(area),
      (left) => left.length < before.length,
    );

    expect(await found(area)).toEqual(await conversationsAbout(testApp, area));
    expect(await found(area)).toEqual((await Promise.all(staying.map(({ id }) => found(id)))).flat().sort());
  });

  it('forgets what was asked in conversations that were removed', async () => {
    const editor = await (await testApp.workspace()).as('editor');
    botId = (await createBot(editor)).id;
    const [conversationId = ''] = await tellHistory(testApp, editor, botId, [
      asked('Where do I park my boat?'),
    ]);
    await runInsights(editor, botId);

    await editor.send('conversations.remove', { conversationId });
    await runInsights(editor, botId);

    expect((await editor.send('insights.questions', { botId })).body.data).toEqual([]);
    expect((await editor.send('insights.overview', { botId })).body.figures).toMatchObject({
      questions: 0,
      users: 0,
    });
  });

  it('has nothing to say of a bot that nobody has asked', async () => {
    const job = await runInsights(analyst, botId, 'rebuild');

    const { body } = await analyst.send('insights.overview', { botId });
    expect(job.state).toBe('succeeded');
    expect(body.figures).toMatchObject({ questions: 0, answeredRate: null, latencyP50Ms: null });
    expect(await topics()).toEqual([]);
  });

  it('pages lists without gaps', async () => {
    await tellHistory(testApp, analyst, botId, ofEachKind());
    await runInsights(analyst, botId);
    const all = (await questions()).map(({ id }) => id);

    const paged: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { body }: { body: { data: { id: string }[]; nextCursor: string | null } } = await analyst.send(
        'insights.questions',
        { botId, limit: 7, ...(cursor ? { cursor } : {}) },
      );
      paged.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
    }

    expect(paged).toEqual(all);
  });

  it('takes emoji, ten languages and hostile texts', async () => {
    const texts = [
      ...[
        '🎉🎉🎉',
        'Wie lange dauert der Versand?',
        'Combien coûte la livraison ?',
        '¿Cuánto cuesta el envío?',
      ],
      ...[
        'Quanto costa la spedizione?',
        'Quanto custa o envio?',
        'Сколько стоит доставка?',
        '配送料はいくらですか',
      ],
      ...['运费是多少', 'Koliko stane dostava?', 'كم تكلفة الشحن؟', '<img src=x onerror=alert(1)> delivery?'],
      ...["'; drop table insight_topics; --", 'x'.repeat(20_000), '\u202egnp.exe', 'NULL', '{"a":1}'],
    ];
    await tellHistory(
      testApp,
      analyst,
      botId,
      texts.map((text) => asked(text)),
    );

    const job = await runInsights(analyst, botId);

    expect(job).toMatchObject({ state: 'succeeded', result: { turns: texts.length } });
    expect((await questions()).map(({ text }) => text)).toContain('<img src=x onerror=alert(1)> delivery?');
    expect((await questions()).map(({ text }) => text)).not.toContain('🎉🎉🎉');
  });

  it('refuses what cannot be', async () => {
    await tellHistory(testApp, analyst, botId, ofEachKind());
    await runInsights(analyst, botId);
    const [topic] = await topics();
    const path = `/v1/bots/${botId}/insights`;
    const other = await (await testApp.workspace()).as('owner');

    const refused = [
      await analyst.post(`${path}/runs`, { mode: 'everything' }),
      await analyst.get(`${path}/overview?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z`),
      await analyst.get(`${path}/overview?from=2000-01-01T00:00:00Z`),
      await analyst.post(`${path}/topics/${topic?.id ?? ''}/merge`, { topicId: topic?.id }),
      await analyst.call('PATCH', `${path}/topics/${topic?.id ?? ''}`, { parentId: topic?.id }),
      await other.get(`${path}/topics`),
      await other.call('PATCH', `${path}/topics/${topic?.id ?? ''}`, { name: 'Mine' }),
    ];

    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 404, 404]);
  });
});
