import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Browser, BrowserContext } from 'playwright-core';
import type { OutboundClient } from '#common/http';
import { BrowserUnavailable, PageNotRendered } from '../../page.errors.js';
import type { FetchedPage } from '../../ports/page-extractor.port.js';
import { PageRenderer, type RenderedPage } from '../../ports/page-renderer.port.js';
import {
  type BrowserPlace,
  CONTEXT_OPTIONS,
  DEFAULT_RENDER_LIMITS,
  launchOptions,
  type RenderLimits,
} from './browser-options.js';
import { GuardedPage } from './guarded-page.js';
import { MemoryGuard } from './memory-guard.js';
import { DocumentReader } from './document-reader.js';

const CLOSE_MS = 2_000;

/** Renders pages in one Chromium, one after the other, each in a context of its own. */
export class ChromiumPageRenderer extends PageRenderer {
  override readonly isAvailable = true;
  readonly #logger = new Logger(ChromiumPageRenderer.name);
  readonly #limits: RenderLimits;
  #browser: Promise<Browser> | undefined;
  #pagesShown = 0;
  #idle: NodeJS.Timeout | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly place: BrowserPlace,
    private readonly outbound: OutboundClient,
    limits: Partial<RenderLimits> = {},
  ) {
    super();
    this.#limits = { ...DEFAULT_RENDER_LIMITS, ...limits };
  }

  /** One page at a time, so that its time does not run while it waits. */
  override render(page: FetchedPage, signal: AbortSignal): Promise<RenderedPage> {
    const turn = this.#lastTurn.then(() => this.#render(page, signal));
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the browser, and with it what it shows. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const browser = this.#browser;
    this.#browser = undefined;
    this.#pagesShown = 0;
    if (browser) await browser.then((one) => one.close()).catch(() => undefined);
  }

  /** After the jobs that use it have drained. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  async #render(page: FetchedPage, signal: AbortSignal): Promise<RenderedPage> {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    const browser = await this.#open();
    const limit = new AbortController();
    const guard = new MemoryGuard(this.#limits.maxMemoryMb, () => {
      limit.abort(new PageNotRendered('took too much memory'));
    });
    const clock = setTimeout(() => {
      limit.abort(new PageNotRendered('took too long'));
    }, this.#limits.timeoutMs);
    const stop = AbortSignal.any([signal, limit.signal]);
    const contexts: BrowserContext[] = [];
    try {
      return await untilAborted(this.#show(browser, page, guard, stop, contexts), stop);
    } catch (error) {
      // Whatever it was that broke the page may have broken the browser.
      await this.#leave(browser);
      stop.throwIfAborted();
      if (error instanceof PageNotRendered) throw error;
      throw new PageNotRendered('broke in the browser', error);
    } finally {
      guard.stop();
      clearTimeout(clock);
      await this.#tidy(contexts);
    }
  }

  async #show(
    browser: Browser,
    page: FetchedPage,
    guard: MemoryGuard,
    signal: AbortSignal,
    contexts: BrowserContext[],
  ): Promise<RenderedPage> {
    await guard.watch(browser);
    const context = await browser.newContext(CONTEXT_OPTIONS);
    contexts.push(context);
    const guarded = new GuardedPage(context, page, this.outbound, this.#limits, signal);
    const shown = await guarded.open();
    const reader = await DocumentReader.of(shown);
    await reader.settle(() => guarded.quietForMs, this.#limits.settleMs, signal);
    const html = await reader.read(this.#limits.maxCharacters);
    if (html === null) throw new PageNotRendered('became too large');
    return { html, url: shown.url() };
  }

  #open(): Promise<Browser> {
    this.#browser ??= this.#launch();
    return this.#browser;
  }

  async #launch(): Promise<Browser> {
    try {
      // Large, and most processes never start a browser.
      const { chromium } = await import('playwright-core');
      return await chromium.launch(launchOptions(this.place, this.#limits.timeoutMs));
    } catch (error) {
      this.#browser = undefined;
      this.#logger.error({ err: error }, 'The browser does not start');
      throw new BrowserUnavailable(error);
    }
  }

  /** Nobody waits for a browser that has perhaps been brought to its knees. */
  async #leave(browser: Browser): Promise<void> {
    this.#browser = undefined;
    this.#pagesShown = 0;
    const closing = browser.close().catch(() => undefined);
    await Promise.race([closing, sleep(CLOSE_MS)]);
  }

  async #tidy(contexts: readonly BrowserContext[]): Promise<void> {
    const closed = Promise.all(contexts.map((one) => one.close().catch(() => undefined))).then(() => true);
    const isClosed = await Promise.race([closed, sleep(CLOSE_MS, false)]);
    this.#pagesShown += 1;
    if (!isClosed || this.#pagesShown >= this.#limits.pagesABrowser) await this.close();
    this.#idle = setTimeout(() => void this.close(), this.#limits.idleMs).unref();
  }
}

/** What the work comes to, unless it is to stop before; then it is left to itself. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => {
    stopped.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  work.catch(() => undefined);
  stopped.promise.catch(() => undefined);
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
