import type { BrowserContext, Page, Request, Route } from 'playwright-core';
import type { OutboundClient } from '#common/http';
import type { FetchedPage } from '../../ports/page-extractor.port.js';
import { type RenderLimits, SHUT_IN } from './browser-options.js';

const MAX_BYTES_AN_ANSWER = 5_000_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_NAVIGATIONS = 5;
/** After other failures a browser shows a page of its own instead. */
const STAY = 'aborted';
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);
/** What a page needs to say what it says. Pictures, films, fonts, frames, pings and sockets are not of it. */
const WANTED: ReadonlySet<string> = new Set(['document', 'script', 'stylesheet', 'xhr', 'fetch']);
/** Of the connection, the browser or a visitor that nobody is. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|accept-encoding|cookie|user-agent|upgrade-insecure-requests|te|trailer|upgrade|keep-alive|expect|transfer-encoding|(?:sec|proxy)-.*)$/i;
/** The body is decompressed, its cookies are nobody's, and the page is to stay where it is. */
const DROPPED_HEADERS =
  /^(?:content-encoding|content-length|transfer-encoding|connection|keep-alive|set-cookie|strict-transport-security|refresh|link|alt-svc|report-to|nel)$/i;

/** A page in a context of its own, all of whose requests are answered by the outbound client or not at all. */
export class GuardedPage {
  #page?: Page;
  #requests = 0;
  #bytes = 0;
  #waiting = 0;
  #navigations = 0;
  #isServed = false;
  #isLeft = false;
  #lastAnswerAt = performance.now();

  constructor(
    private readonly context: BrowserContext,
    private readonly first: FetchedPage,
    private readonly outbound: OutboundClient,
    private readonly limits: RenderLimits,
    private readonly signal: AbortSignal,
  ) {}

  /** For how long nothing has been on its way. */
  get quietForMs(): number {
    return this.#waiting > 0 && !this.#isLeft ? 0 : performance.now() - this.#lastAnswerAt;
  }

  /** Opens the page; its document has begun to come then. A page that leads on at once never says that it has come. */
  async open(): Promise<Page> {
    await this.context.route(
      () => true,
      (route) => this.#answer(route),
    );
    await this.context.routeWebSocket(/.*/, (socket) => {
      void socket.close().catch(() => undefined);
    });
    await this.context.addInitScript(SHUT_IN);
    const page = await this.context.newPage();
    this.#page = page;
    this.context.on('page', (other) => void other.close().catch(() => undefined));
    page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
    page.on('download', (download) => void download.cancel().catch(() => undefined));
    await page.goto(this.first.url, { waitUntil: 'commit', timeout: this.limits.timeoutMs });
    return page;
  }

  async #answer(route: Route): Promise<void> {
    this.#waiting += 1;
    try {
      const request = route.request();
      if (!this.#isWanted(request)) await route.abort('blockedbyclient');
      else if (request.isNavigationRequest()) await this.#navigate(route, request);
      else await this.#fulfill(route, request);
    } catch {
      // Refused, failed, too large, or the page is gone: to the page it is all a failed request.
      const isNavigation = route.request().isNavigationRequest();
      await route.abort(isNavigation ? STAY : 'failed').catch(() => undefined);
    } finally {
      this.#waiting -= 1;
      this.#lastAnswerAt = performance.now();
    }
  }

  #isWanted(request: Request): boolean {
    this.#requests += 1;
    if (this.#requests > this.limits.maxRequests || this.#bytes >= this.limits.maxBytes) {
      this.#leaveToItself();
      return false;
    }
    const { protocol } = new URL(request.url());
    if (protocol !== 'http:' && protocol !== 'https:') return false;
    return WANTED.has(request.resourceType()) && METHODS.has(request.method());
  }

  /** Has the browser refuse by itself what else the page wants, which may be more than we can hear of. */
  #leaveToItself(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    void this.context.unrouteAll({ behavior: 'ignoreErrors' }).catch(() => undefined);
  }

  /** The page itself may move on within its origin, a few times; frames and new windows stay empty. */
  async #navigate(route: Route, request: Request): Promise<void> {
    const { url, body, contentType } = this.first;
    const isOurs = this.#page !== undefined && frameOf(request) === this.#page.mainFrame();
    this.#navigations += 1;
    if (!isOurs || this.#navigations > MAX_NAVIGATIONS || originOf(request.url()) !== originOf(url))
      return route.abort(STAY);
    if (this.#isServed || withoutFragment(request.url()) !== withoutFragment(url))
      return this.#fulfill(route, request);
    this.#isServed = true;
    const headers = contentType ? { 'content-type': contentType } : undefined;
    return route.fulfill({ status: 200, headers, body: Buffer.from(body) });
  }

  async #fulfill(route: Route, request: Request): Promise<void> {
    const posted = request.postDataBuffer();
    const response = await this.outbound.fetch({
      url: request.url(),
      method: request.method(),
      headers: withoutThose(request.headers(), OWN_HEADERS),
      ...(posted ? { body: posted } : {}),
      timeoutMs: REQUEST_TIMEOUT_MS,
      maxBytes: Math.max(1, Math.min(MAX_BYTES_AN_ANSWER, this.limits.maxBytes - this.#bytes)),
      signal: this.signal,
    });
    this.#bytes += response.body.length;
    // A redirect is followed here, where each step is checked; what is elsewhere is not the page.
    if (request.isNavigationRequest() && originOf(response.url) !== originOf(this.first.url))
      return route.abort(STAY);
    const headers = withoutThose(response.headers, DROPPED_HEADERS);
    return route.fulfill({ status: response.status, headers, body: response.body });
  }
}

/** Null for requests of windows that are only being opened. */
function frameOf(request: Request): unknown {
  try {
    return request.frame();
  } catch {
    return null;
  }
}

function withoutThose(headers: Readonly<Record<string, string>>, names: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function withoutFragment(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}
