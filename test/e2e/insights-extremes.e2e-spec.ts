import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { runInsights } from '../support/insights.js';
import { createBot } from '../support/journey.js';
import { tellHistory } from '../support/told-history.js';

describeOnEachDatabase('insights of what nobody expects', (target) => {
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

  it.each([
    ['emoji alone', ['🎉🎉', '👍🏽', '❤️‍🔥?', '🇳🇴', '…']],
    ['small talk alone', ['Hi', 'Thanks!', 'Vielen Dank', 'ok']],
    ['nothing at all', []],
  ])('have a report and nothing to say of %s', async (_case, texts) => {
    const at = new Date(Date.now() - 86_400_000);
    await tellHistory(
      testApp,
      analyst,
      botId,
      texts.map((question) => ({ at, turns: [{ question }] })),
    );

    const job = await runInsights(analyst, botId, 'rebuild');

    expect(job).toMatchObject({
      state: 'succeeded',
      result: { turns: texts.length, questions: 0, topics: 0 },
    });
    const { body } = await analyst.send('trends.show', { botId });
    expect([body.anomalies, body.appeared, body.vanished]).toEqual([[], [], []]);
    expect((await analyst.send('gaps.list', { botId })).body.data).toEqual([]);
    const page = await analyst.get<string>(`/v1/bots/${botId}/insights/report`);
    expect(page.status).toBe(200);
    expect(JSON.stringify(page.body)).toContain('There are no topics yet.');
  });
});
