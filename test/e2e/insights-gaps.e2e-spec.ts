import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { runInsights } from '../support/insights.js';
import { ask, createBot, ended, openConversation } from '../support/journey.js';
import { tellHistory } from '../support/told-history.js';

const NORWAY = 'Do you deliver lamps to Norway?';
const ANSWER = 'Yes, lamps are delivered to Norway within five days, for nine euros.';

describeOnEachDatabase('gaps', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let analyst: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    const workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    analyst = await workspace.as('analyst');
    botId = (await createBot(editor)).id;
    const { body } = await editor.send('datasources.create', {
      body: {
        type: 'text',
        name: 'Lamps',
        content:
          '# Warranty\n\nOur lamps have a warranty of two years.\n\n# Colours\n\nOur lamps are red or blue.',
        botIds: [botId],
      },
    });
    await ended(editor, body.job.id);
  });
  afterAll(() => testApp.close());

  const gaps = async () => (await analyst.send('gaps.list', { botId })).body.data;
  const get = async (gapId: string) => (await analyst.send('gaps.get', { botId, gapId })).body;
  const askAs = async (externalUserId: string, question: string) =>
    (await ask(editor, await openConversation(editor, botId, { externalUserId }), question)).body.answer;

  it('are found, fixed, and the fix is proven', async () => {
    for (const person of ['ann', 'bob', 'cid']) await askAs(person, NORWAY);
    await askAs('dan', 'How long is the warranty of lamps?');
    await runInsights(analyst, botId);
    const [gap] = await gaps();
    const gapId = gap?.id ?? '';

    const replay = async (): Promise<void> => {
      const { body } = await editor.send('gaps.replay', { botId, gapId });
      await ended(editor, body.job.id);
    };
    await replay();
    const fixed = (await editor.send('gaps.fix', { botId, gapId, body: { answer: ANSWER } })).body;
    const source = await editor.send('datasources.get', { datasourceId: fixed.fix?.datasourceId ?? '' });
    await ended(
      editor,
      (await editor.send('datasources.sync', { datasourceId: source.body.id })).body.job.id,
    );
    await replay();
    const answer = await askAs('eve', NORWAY);
    await runInsights(analyst, botId);

    expect(gap).toMatchObject({
      question: NORWAY,
      state: 'open',
      users: 3,
      times: 3,
      signals: { notFound: 3 },
    });
    expect(fixed).toMatchObject({
      state: 'fixed',
      before: { completed: 3, answered: 0, rate: 0 },
      fix: { kind: 'answer' },
    });
    const detail = await get(gapId);
    expect(detail.replays.map(({ asked, answered }) => [asked, answered])).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect(detail.replays[0]?.answers[0]?.answer).toContain('five days');
    const documents = detail.nearest.map(({ documentId }) => documentId);
    expect(documents).toHaveLength(2);
    expect(new Set(documents).size).toBe(documents.length);
    expect(detail.nearest[0]?.datasourceId).toBe(fixed.fix?.datasourceId);
    expect(detail.conversationIds).toHaveLength(3);
    expect(answer.answered).toBe(true);
    expect(detail).toMatchObject({ before: { rate: 0 }, after: { completed: 1, answered: 1, rate: 1 } });
    expect((await analyst.send('insights.overview', { botId })).body.figures).toMatchObject({
      questions: 5,
      conversations: 5,
    });
    expect((await editor.send('conversations.list', { botId, channel: 'playground' })).body.data).toEqual([]);
  });

  it('are fixed in one source of the bot, in which each has one pair', async () => {
    await askAs('ann', NORWAY);
    await askAs('bob', 'Is there parking at the shop?');
    await runInsights(analyst, botId);
    const fix = async (question: string, answer: string) => {
      const gapId = (await gaps()).find((gap) => gap.question === question)?.id ?? '';
      return (await editor.send('gaps.fix', { botId, gapId, body: { answer } })).body.fix?.datasourceId;
    };

    const [first, second] = [
      await fix(NORWAY, 'No.'),
      await fix('Is there parking at the shop?', 'Behind it.'),
    ];
    const again = await fix(NORWAY, ANSWER);

    expect([second, again]).toEqual([first, first]);
    const { data } = (await editor.send('qaItems.list', { datasourceId: first ?? '' })).body;
    expect(data.map(({ question, answer }) => [question, answer])).toEqual([
      [NORWAY, ANSWER],
      ['Is there parking at the shop?', 'Behind it.'],
    ]);
  });

  it('are made of every signal', async () => {
    const at = new Date(Date.now() - 86_400_000);
    await tellHistory(testApp, analyst, botId, [
      { at, turns: [{ question: 'Can I pay with bitcoin?', rating: 'down' }] },
      {
        at,
        turns: [{ question: 'Is there parking at the shop?', answer: 'I could not find anything about it.' }],
      },
      {
        at,
        turns: [
          { question: 'How do I wash the curtain?' },
          { question: 'How can I wash my curtain at home?', answer: 'By hand.' },
        ],
      },
      { at, turns: [{ question: 'How long is the warranty of lamps?', rating: 'up' }] },
    ]);
    await runInsights(analyst, botId);

    const found = await gaps();
    expect(new Map(found.map(({ question, signals }) => [question, Object.values(signals)]))).toEqual(
      new Map([
        ['Can I pay with bitcoin?', [0, 0, 1, 0, 0]],
        ['Is there parking at the shop?', [0, 1, 0, 0, 0]],
        ['How do I wash the curtain?', [0, 0, 0, 1, 0]],
      ]),
    );
  });

  it('stay dismissed when they are asked again', async () => {
    await askAs('ann', NORWAY);
    await runInsights(analyst, botId);
    const gapId = (await gaps())[0]?.id ?? '';
    await analyst.send('gaps.update', { botId, gapId, body: { state: 'dismissed' } });

    await askAs('bob', 'do you deliver LAMPS to norway');
    await runInsights(analyst, botId, 'rebuild');

    expect((await gaps()).map(({ id, state, users }) => [id, state, users])).toEqual([
      [gapId, 'dismissed', 2],
    ]);
    expect((await analyst.send('gaps.list', { botId, state: 'open' })).body.data).toEqual([]);
  });

  it('are no business of others, nor fixed by analysts or without an answer', async () => {
    await askAs('ann', NORWAY);
    await runInsights(analyst, botId);
    const gapId = (await gaps())[0]?.id ?? '';
    const path = `/v1/bots/${botId}/insights/gaps/${gapId}`;
    const other = await (await testApp.workspace()).as('owner');

    const refused = [
      await analyst.post(`${path}/fix`, { answer: ANSWER }),
      await analyst.post(`${path}/replay`),
      await editor.post(`${path}/fix`, {}),
      await editor.post(`${path}/fix`, { answer: ANSWER, datasourceId: gapId }),
      await editor.post(`${path}/fix`, { datasourceId: gapId }),
      await other.get(path),
      await other.post(`${path}/fix`, { answer: ANSWER }),
      await testApp.anonymous.get(path),
    ];

    expect(refused.map(({ status }) => status)).toEqual([403, 403, 422, 422, 404, 404, 404, 401]);
    expect((await get(gapId)).state).toBe('open');
  });
});
