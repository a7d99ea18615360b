import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { KINDS, runInsights } from '../support/insights.js';
import { createBot } from '../support/journey.js';
import { tellHistory, type ToldConversation } from '../support/told-history.js';

const DAY_MS = 86_400_000;
const BEGUN = Date.UTC(2026, 0, 5);
const ENDED = new Date(BEGUN + 70 * DAY_MS).toISOString();
const SURGE_DAY = 60;

/** Seven questions a day for ten weeks, and forty more about refunds on one of the days. */
function tenWeeks(): ToldConversation[] {
  const usual = Object.values(KINDS).flat();
  const quiet = Array.from({ length: 70 * 7 }, (_, index) => ({
    at: new Date(BEGUN + Math.floor(index / 7) * DAY_MS + (8 + (index % 7)) * 3_600_000),
    turns: [{ question: usual[(index * 7) % usual.length] ?? '' }],
  }));
  const surge = Array.from({ length: 40 }, (_, index) => ({
    at: new Date(BEGUN + SURGE_DAY * DAY_MS + 9 * 3_600_000 + index * 60_000),
    turns: [{ question: KINDS['refund']?.[index % 10] ?? '' }],
  }));
  return [...quiet, ...surge];
}

describeOnEachDatabase('trends', (target) => {
  let testApp: TestApp;
  let analyst: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    const workspace = await testApp.workspace();
    analyst = await workspace.as('analyst');
    botId = (await createBot(await workspace.as('editor'))).id;
  });
  afterAll(() => testApp.close());

  it('tell of a surge and of what drove it, and of nothing else', async () => {
    await tellHistory(testApp, analyst, botId, tenWeeks());
    await runInsights(analyst, botId);

    const from = new Date(BEGUN + 14 * DAY_MS).toISOString();
    const { body } = await analyst.send('trends.show', { botId, from, to: ENDED });

    const surge = new Date(BEGUN + SURGE_DAY * DAY_MS).toISOString();
    expect(body.points).toHaveLength(56);
    expect(
      body.anomalies.map(({ metric, direction, from: at, value }) => [metric, direction, at, value]),
    ).toEqual([['questions', 'up', surge, 47]]);
    const { data: refunds } = (
      await analyst.send('insights.questions', { botId, from, to: ENDED, limit: 200 })
    ).body;
    const refundTopics = refunds
      .filter(({ text }) => KINDS['refund']?.includes(text))
      .map(({ topicId }) => topicId);
    expect(refundTopics).toContain(body.anomalies[0]?.drivers[0]?.topicId);
    expect([body.appeared, body.vanished]).toEqual([[], []]);
  });

  it('count days as they are where somebody looks, also when clocks are changed', async () => {
    const at = (time: string): ToldConversation => ({
      at: new Date(time),
      turns: [{ question: 'When does the shop open?' }],
    });
    await tellHistory(testApp, analyst, botId, [
      at('2026-03-28T22:30:00Z'),
      at('2026-03-28T23:30:00Z'),
      at('2026-03-29T21:30:00Z'),
      at('2026-03-29T22:30:00Z'),
      at('2026-10-25T00:30:00Z'),
      at('2026-10-25T01:30:00Z'),
    ]);
    await runInsights(analyst, botId);
    const timezone = 'Europe/Oslo';
    const countsOf = async (query: object) =>
      (await analyst.send('trends.show', { botId, timezone, ...query })).body.points.map(
        ({ at: begins, figures }) => [begins, figures.questions],
      );

    const spring = await countsOf({ from: '2026-03-27T23:00:00Z', to: '2026-03-30T22:00:00Z' });
    const autumn = await countsOf({
      from: '2026-10-24T22:00:00Z',
      to: '2026-10-25T03:00:00Z',
      interval: 'hour',
    });
    const months = await countsOf({
      from: '2026-02-28T23:00:00Z',
      to: '2026-04-30T22:00:00Z',
      interval: 'month',
    });

    expect(spring).toEqual([
      ['2026-03-27T23:00:00.000Z', 1],
      ['2026-03-28T23:00:00.000Z', 2],
      ['2026-03-29T22:00:00.000Z', 1],
    ]);
    expect(autumn).toEqual([
      ['2026-10-24T22:00:00.000Z', 0],
      ['2026-10-24T23:00:00.000Z', 0],
      ['2026-10-25T00:00:00.000Z', 1],
      ['2026-10-25T01:00:00.000Z', 1],
      ['2026-10-25T02:00:00.000Z', 0],
    ]);
    expect(months).toEqual([
      ['2026-02-28T23:00:00.000Z', 4],
      ['2026-03-31T22:00:00.000Z', 0],
    ]);
  });

  it('have nothing to tell where nobody asked, and refuse what cannot be', async () => {
    const { body } = await analyst.send('trends.show', { botId });
    const path = `/v1/bots/${botId}/insights/trends`;

    expect([body.anomalies, body.appeared, body.vanished]).toEqual([[], [], []]);
    expect(body.points.every(({ figures }) => figures.questions === 0)).toBe(true);
    const refused = [
      `${path}?timezone=Mars/Olympus`,
      `${path}?timezone=EST5EDT4;drop`,
      `${path}?interval=minute`,
      `${path}?interval=hour&from=2025-01-01T00:00:00Z&to=2026-06-01T00:00:00Z`,
    ];
    for (const one of refused) expect((await analyst.get(one)).status).toBe(422);
  });
});
