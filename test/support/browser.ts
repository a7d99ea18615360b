import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe } from '@jest/globals';
import { skipLoudly } from './skip-loudly.js';

const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];

/** It is to show our page and nothing else: nobody is asked for updates, and no profile is kept. */
const ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
];

/** A page, and all that went wrong on it: errors in its console, and parts that it was not given. */
export interface WatchedPage {
  readonly page: Page;
  readonly troubles: readonly string[];
}

/** Where Chromium is on this machine; undefined where there is none. */
export function browserPath(): string | undefined {
  return process.env['TEST_BROWSER'] ?? USUAL_PLACES.find((place) => existsSync(place));
}

/** A suite that looks at pages as people do. Skipped, loudly, where there is no Chromium. */
export function describeInBrowser(name: string, suite: (open: () => Promise<Browser>) => void): void {
  const executablePath = browserPath();
  if (executablePath === undefined) {
    skipLoudly(name, 'Chromium, or TEST_BROWSER', 'scripts/browser.sh');
    return;
  }
  describe(name, () => {
    suite(() => chromium.launch({ executablePath, args: ARGS }));
  });
}

/** A new page of a browser that has never been here. */
export async function watchedPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
  page.on('requestfailed', (request) => troubles.push(`refused: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  return { page, troubles };
}
