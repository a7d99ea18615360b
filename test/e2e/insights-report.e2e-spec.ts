import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeInBrowser, watchedPage } from '../support/browser.js';
import { describeOnEachDatabase } from '../support/database.js';
import { runInsights } from '../support/insights.js';
import { createBot } from '../support/journey.js';
import { tellHistory, type ToldConversation } from '../support/told-history.js';

const HOSTILE = `<script>document.title = 'owned'</script><img src="http://127.0.0.1:9/x" onerror="alert(1)">`;
/** A Sunday evening in Berlin, and Monday in Tokyo. */
const EVENING = new Date('2026-11-22T20:30:00Z');
const WEEK = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' };

const evening = (question: string, more: Partial<ToldConversation['turns'][0]> = {}): ToldConversation => ({
  at: EVENING,
  turns: [{ question, costUsd: 0.25, ...more }],
});

describeOnEachDatabase('reports', (target) => {
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

  const get = (path: string, query: Record<string, string> = {}) =>
    analyst.get<string>(`/v1/bots/${botId}/insights/${path}?${new URLSearchParams(query).toString()}`);

  it('say in one page what was asked, answered and spent', async () => {
    await tellHistory(testApp, analyst, botId, [
      evening('How long is the warranty of the lamp?', { rating: 'up' }),
      evening('Do you deliver to Norway?', { answered: false }),
    ]);
    await runInsights(analyst, botId);

    const { status, headers, body: text } = await get('report', { ...WEEK, timezone: 'Europe/Berlin' });

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain(`default-src 'none'`);
    expect(text).toMatch(/16 November 2026 to 23 November\s+2026/);
    expect(text).toMatch(/Questions<\/span>\s*<span class="value">2</);
    expect(text).toMatch(
      /Answered<\/span>\s*<span class="value">50 %<\/span>\s*<span class="whole">of 2 questions</,
    );
    expect(text).toMatch(
      /Rated up<\/span>\s*<span class="value">100 %<\/span>\s*<span class="whole">of 1 rating</,
    );
    expect(text).toMatch(/Cost<\/span>\s*<span class="value">\$0\.5000</);
    expect(text.match(/<svg role="img"/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/)/);
  });

  it('count days and hours by the clocks that are asked for', async () => {
    await tellHistory(testApp, analyst, botId, [evening('How long is the warranty of the lamp?')]);
    await runInsights(analyst, botId);

    const berlin = await get('report', { ...WEEK, timezone: 'Europe/Berlin' });
    const tokyo = await get('report', { ...WEEK, timezone: 'Asia/Tokyo' });

    const dayOf = (page: string): string | undefined =>
      /<th scope="row">(\d+ Nov)<\/th>\s*<td>1<\/td>/.exec(page)?.[1];
    expect(dayOf(berlin.body)).toBe('22 Nov');
    expect(dayOf(tokyo.body)).toBe('23 Nov');
  });

  it('are drawn chart by chart, where there is something to draw', async () => {
    const none = await get('charts/volume.svg');
    await tellHistory(testApp, analyst, botId, [evening('How long is the warranty of the lamp?')]);
    await runInsights(analyst, botId);

    const volume = await get('charts/volume.svg', WEEK);

    expect(none.status).toBe(404);
    expect(volume.status).toBe(200);
    expect(volume.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(volume.body).toMatch(/^<svg role="img" aria-label="Questions, and how many were answered"/);
    expect((await get('charts/cost.svg', WEEK)).status).toBe(200);
    expect((await get('charts/constructor.svg', WEEK)).status).toBe(404);
    expect((await get('charts/nothing.svg', WEEK)).status).toBe(404);
  });

  it.each([
    ['a time zone that there is not', { timezone: 'Europe/Atlantis' }],
    ['a time zone that is none', { timezone: `'; drop table bots; --` }],
    ['a period that ends before it begins', { from: WEEK.to, to: WEEK.from }],
    ['a period of a century', { from: '1926-01-01T00:00:00Z' }],
  ])('refuse %s', async (_, query) => {
    expect((await get('report', query)).status).toBe(422);
  });

  it('are for analysts, and for those of the workspace', async () => {
    const viewer = await (await testApp.workspace()).as('viewer');
    const stranger = await (await testApp.workspace()).as('owner');
    const path = `/v1/bots/${botId}/insights/report`;

    expect((await viewer.get(path)).status).toBe(403);
    expect((await stranger.get(path)).status).toBe(404);
  });

  it('show a bot that nobody has ever asked anything', async () => {
    const { status, body: text } = await get('report');

    expect(status).toBe(200);
    expect(text).toContain('Nothing was asked in this period.');
    expect(text).not.toContain('<svg');
  });
});

describeInBrowser('reports in a browser', (open) => {
  let browser: Browser;
  let testApp: TestApp;

  beforeAll(async () => {
    browser = await open();
    testApp = await createTestApp();
  });
  afterAll(async () => {
    await browser.close();
    await testApp.close();
  });

  it.each(['light', 'dark'] as const)('run nothing and load nothing, in %s', async (colorScheme) => {
    const workspace = await testApp.workspace();
    const owner = await workspace.as('owner');
    const { body: bot } = await owner.send('bots.create', { body: { name: `Bot ${HOSTILE}` } });
    await tellHistory(testApp, owner, bot.id, [
      evening(`How long is the warranty of ${HOSTILE}?`),
      evening(`How long does the warranty of ${HOSTILE} last?`),
    ]);
    await runInsights(owner, bot.id);
    const period = new URLSearchParams(WEEK).toString();
    const { body: text } = await owner.get<string>(`/v1/bots/${bot.id}/insights/report?${period}`);

    const { page, troubles } = await watchedPage(browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.emulateMedia({ colorScheme });
    await page.setContent(text);

    expect(await page.title()).toBe(`Insights: Bot ${HOSTILE}`);
    expect(await page.locator('h1').textContent()).toBe(`Insights: Bot ${HOSTILE}`);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.locator('svg[role=img]').count()).toBeGreaterThan(1);
    expect(await page.locator('section[aria-labelledby] h2').count()).toBeGreaterThan(4);
    expect(troubles).toEqual([]);
    expect(asked).toEqual([]);
    if (process.env['SCREENSHOTS'])
      await page.screenshot({
        path: `${process.env['SCREENSHOTS']}/report-${colorScheme}.png`,
        fullPage: true,
      });
    await page.close();
  });
});
