import { Injectable } from '@nestjs/common';
import { RobotsUnreachable } from '../datasources.errors.js';
import { PageServerFailing } from '../datasources.errors.js';
import { DocumentsRepository } from '../documents.repository.js';
import { INDEX_VERSION } from '../retrieval/lexical-index.js';
import type { CrawlHost } from '../site/crawl-host.js';
import type { Crawl } from '../site/crawl.types.js';
import type { WaitingPage } from '../site/frontier.repository.js';
import type { Finding, KnownDocument, Visit } from '../site/visit.types.js';
import { type CrawlHosts, MAX_ROBOTS_TRIES } from './read-robots.js';
import { BrowsePage } from './browse-page.js';
import { ReadPage } from './read-page.js';

/** How many pages are asked for at once, of all hosts together. */
const MAX_LANES = 8;
/** Whoever wants a longer pause between two pages gets it between two turns. */
const PATIENCE_MS = 1_000;
const PAUSE_AFTER_REFUSAL_MS = 2_000;

/** Asks for some pages, as fast as their hosts allow. */
@Injectable()
export class VisitPages {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly readPage: ReadPage,
    private readonly browsePage: BrowsePage,
  ) {}

  /** @returns the visits that were made: pages whose hosts want to be left alone are not among them. */
  async execute(
    crawl: Crawl,
    pages: readonly WaitingPage[],
    hosts: CrawlHosts,
    signal: AbortSignal,
  ): Promise<Visit[]> {
    const urls = pages.map(({ url }) => url);
    const known = await this.documents.listKnown(crawl.workspaceId, crawl.datasourceId, urls);
    const byUrl = new Map(known.map((document) => [document.url, document]));
    const byOrigin = [...Map.groupBy(pages, ({ origin }) => origin).entries()];
    const visits: Visit[] = [];
    const lane = async (origin: string, waiting: WaitingPage[]): Promise<void> => {
      const host = await hosts.meet(origin);
      for (let page = waiting.shift(); page; page = waiting.shift()) {
        signal.throwIfAborted();
        const visit = await this.#visit(crawl, page, byUrl.get(page.url), host, signal);
        if (visit === null) return;
        visits.push(visit);
      }
    };
    const lanes = Array.from({ length: crawl.settings.perHostConcurrency }, () => byOrigin).flat();
    await allOrFirstFailure(lanes.slice(0, MAX_LANES).map(([origin, waiting]) => lane(origin, waiting)));
    return visits;
  }

  async #visit(
    crawl: Crawl,
    page: WaitingPage,
    known: KnownDocument | undefined,
    host: CrawlHost,
    signal: AbortSignal,
  ): Promise<Visit | null> {
    if (host.rules === null && host.tries < MAX_ROBOTS_TRIES) return null;
    if (host.isResting) return null;
    const visit = (finding: Finding, begunAt: number): Visit => ({
      ...{ page, known, finding, durationMs: Math.round(performance.now() - begunAt) },
    });
    if (host.rules === null)
      return visit({ kind: 'failure', error: new RobotsUnreachable() }, performance.now());
    if (!host.rules.allows(page.url)) return visit({ kind: 'disallowed' }, performance.now());
    if (!(await host.comeBy(PATIENCE_MS, signal))) return null;
    const begunAt = performance.now();
    const finding = await this.#look(crawl, page, known, signal);
    if (finding.kind === 'failure') heedRefusal(host, finding.error);
    return visit(finding, begunAt);
  }

  async #look(
    { state, settings: { render = 'never' } }: Crawl,
    { url, heedsCanonical }: WaitingPage,
    known: KnownDocument | undefined,
    signal: AbortSignal,
  ): Promise<Finding> {
    try {
      const isWantedWhole =
        render === 'always' || state.readsAll || known?.indexVersion !== INDEX_VERSION || !heedsCanonical;
      const version = isWantedWhole ? {} : { etag: known.etag, lastModified: known.lastModified };
      const reading = await this.readPage.ask(url, version, signal);
      if ('redirectsTo' in reading)
        return { kind: 'redirect', status: reading.status, to: reading.redirectsTo };
      if (!reading.modified) return { kind: 'unmodified', status: reading.status };
      const { response, status, version: now } = reading;
      const fetched = { ...{ body: response.body, contentType: response.contentType ?? undefined, url } };
      const { read: survey, isRendered } = await this.browsePage.survey(fetched, render, signal);
      return {
        kind: 'page',
        status,
        version: isRendered ? { bytes: now.bytes } : now,
        survey,
        robotsTag: response.headers['x-robots-tag'] ?? '',
      };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'failure', error };
    }
  }
}

/** A server that is asked too much is left alone as a whole, not only by the page that it refused. */
function heedRefusal(host: CrawlHost, error: unknown): void {
  if (!(error instanceof PageServerFailing)) return;
  if (error.retryAfterMs !== null) host.rest(error.retryAfterMs);
  else if (error.status === 429) host.rest(PAUSE_AFTER_REFUSAL_MS);
}

/** Waits for all of them also where one fails: none may go on unseen. */
async function allOrFirstFailure(lanes: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
