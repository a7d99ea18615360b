import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import type { TrendsResponse } from '../support/generated/api.js';
import { runInsights } from '../support/insights.js';
import { createBot } from '../support/journey.js';
import { dayOf, PLANTED, plantedHistory, requestsFor } from '../support/planted-events.js';
import { tellHistory } from '../support/told-history.js';

const PATIENCE_MS = 240_000;

describe('events in a quarter of conversations', () => {
  let testApp: TestApp;
  let analyst: TestMember;
  let botId: string;
  let trends: TrendsResponse;

  beforeAll(async () => {
    testApp = await createTestApp();
    const workspace = await testApp.workspace();
    analyst = await workspace.as('analyst');
    botId = (await createBot(await workspace.as('editor'))).id;
    await tellHistory(testApp, analyst, botId, plantedHistory());
    await runInsights(analyst, botId, 'update', PATIENCE_MS);
    const [from, to] = [dayOf(0).toISOString(), dayOf(PLANTED.days).toISOString()];
    trends = (await analyst.send('trends.show', { botId, from, to })).body;
  }, PATIENCE_MS + 60_000);
  afterAll(() => testApp.close());

  /** Of the questions of a topic, the share that asks for these. */
  const shareOf = async (topicId: string, intents: readonly string[]): Promise<number> => {
    const [from, to] = [dayOf(0).toISOString(), dayOf(PLANTED.days).toISOString()];
    const { data } = (await analyst.send('insights.questions', { botId, topicId, from, to, limit: 200 }))
      .body;
    const wanted = requestsFor(intents);
    return data.filter(({ text }) => [...wanted].some((one) => text.includes(one))).length / data.length;
  };

  it('are found, and nothing else is', () => {
    expect(trends.anomalies.map(({ metric, direction }) => `${metric} ${direction}`).sort()).toEqual([
      'questions up',
      'rating down',
    ]);
    expect(trends.appeared).toHaveLength(1);
    expect(trends.vanished).toEqual([]);
  });

  it('are told with their days', () => {
    const [surge, rating] = ['questions', 'rating'].map((metric) =>
      trends.anomalies.find((anomaly) => anomaly.metric === metric),
    );

    expect(surge).toMatchObject({
      from: dayOf(PLANTED.surge.day).toISOString(),
      to: dayOf(PLANTED.surge.day + 1).toISOString(),
    });
    const { from, to } = PLANTED.badRatings;
    expect(Date.parse(rating?.from ?? '')).toBeGreaterThanOrEqual(dayOf(from - 2).getTime());
    expect(Date.parse(rating?.to ?? '')).toBeLessThanOrEqual(dayOf(to + 2).getTime());
    const since = Date.parse(trends.appeared[0]?.at ?? '');
    expect(since).toBeGreaterThanOrEqual(dayOf(PLANTED.newTopic.since).getTime());
    expect(since).toBeLessThan(dayOf(PLANTED.newTopic.since + 7).getTime());
  });

  it('are told with what they are about', async () => {
    const surge = trends.anomalies.find(({ metric }) => metric === 'questions');
    const drivers = surge?.drivers.map(({ topicId }) => topicId) ?? [];

    expect(drivers.length).toBeGreaterThan(0);
    expect(await shareOf(drivers[0] ?? '', [PLANTED.surge.intent])).toBeGreaterThan(0.8);
    expect(await shareOf(trends.appeared[0]?.topicId ?? '', PLANTED.newTopic.intents)).toBeGreaterThan(0.9);
  });
});
