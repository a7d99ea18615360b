import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { createTestApp, type TestApp } from '../support/app.js';
import { describeInBrowser, watchedPage, type WatchedPage } from '../support/browser.js';
import { Contract } from '../support/contract/contract.js';
import type { SignedInResponse } from '../support/generated/api.js';

describeInBrowser('the page at /docs', (open) => {
  let testApp: TestApp;
  let browser: Browser;
  let opened: WatchedPage;

  beforeAll(async () => {
    [testApp, browser] = await Promise.all([createTestApp(), open()]);
  });

  beforeEach(async () => {
    opened = await watchedPage(browser);
    await opened.page.goto(`${testApp.baseUrl}/docs`);
    await opened.page.locator('.opblock-tag').first().waitFor();
  });

  afterEach(async () => {
    expect(opened.troubles).toEqual([]);
    await opened.page.close();
  });

  afterAll(async () => {
    await browser.close();
    await testApp.close();
  });

  const operation = (id: string): Locator =>
    opened.page.locator('.opblock').filter({ has: opened.page.getByText(id, { exact: true }) });
  const heading = (id: string): Locator => {
    const [tag = ''] = Contract.committed.route(id).operation.tags ?? [];
    return opened.page.locator(`.opblock-tag[data-tag="${tag}"]`);
  };
  /** Opens an operation and executes it with what is filled in already. */
  const execute = async (id: string): Promise<{ status: string; body: string }> => {
    const block = operation(id);
    if (!(await block.isVisible())) await heading(id).click();
    await block.locator('.opblock-summary-control').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    await block.getByRole('button', { name: 'Execute' }).click();
    const answer = block.locator('.live-responses-table tr.response');
    return {
      status: (await answer.locator('.response-col_status').innerText()).trim(),
      body: await answer.locator('.highlight-code code').first().innerText(),
    };
  };

  it('shows every operation under its heading, with all that it needs from this server alone', async () => {
    const { document, routes } = Contract.committed;

    expect(await opened.page.title()).toBe('Colloquy API');
    const tags = opened.page.locator('.opblock-tag');
    let shown = 0;
    for (const tag of await tags.all()) {
      await tag.click();
      await opened.page.locator('.opblock').first().waitFor();
      shown += await opened.page.locator('.opblock').count();
      await tag.click();
      await opened.page.locator('.opblock').first().waitFor({ state: 'detached' });
    }
    expect(shown).toBe(routes.length);
    expect(
      await opened.page.locator('.opblock-tag').evaluateAll((tags) => tags.map((tag) => tag.dataset['tag'])),
    ).toEqual(document.tags.map(({ name }) => name));
    expect(await opened.page.locator('.errors-wrapper').count()).toBe(0);
  }, 300_000);

  it('registers a person who changes nothing, and lets that person go on', async () => {
    const { status, body } = await execute('auth.register');
    const { accessToken } = JSON.parse(body) as SignedInResponse;
    await opened.page.getByRole('button', { name: 'Authorize' }).click();
    const credential = opened.page.locator('.auth-container form').filter({ hasText: 'An access token' });
    await credential.locator('input').fill(accessToken);
    await credential.locator('.authorize').click();
    await credential.locator('.btn-done').click();

    const me = await execute('auth.me');
    const bot = await execute('bots.create');

    expect([status, me.status, bot.status]).toEqual(['201', '200', '201']);
    expect(JSON.parse(me.body)).toMatchObject({ user: { email: 'ada@example.com' }, role: 'owner' });
    expect(JSON.parse(bot.body)).toMatchObject({ name: 'Help desk' });
  });
});
