import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { DomainError } from '#common/errors';
import { OutboundClient } from '#common/http';
import { SyncRunsRepository } from '../sync-runs.repository.js';
import type { Crawl } from '../site/crawl.types.js';
import { foundPages } from '../site/found-pages.js';
import { FrontierRepository } from '../site/frontier.repository.js';
import type { KnownSitemap } from '../site/site.types.js';
import { readSitemap, type Sitemap } from '../site/sitemap.js';
import { normalUrl } from '../site/url-form.js';
import type { CrawlHosts } from './read-robots.js';

const MAX_SITEMAPS = 50;
const MAX_INDEX_DEPTH = 2;
/** Unpacked, as far as the transfer packs it. */
const MAX_BYTES = 20_000_000;
const PATIENCE_MS = 5_000;
const NOTHING: Sitemap = { pages: [], sitemaps: [] };

/** Finds the pages that sitemaps name. A sitemap that cannot be read is passed over: links lead to pages, too. */
@Injectable()
export class DiscoverPages {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly frontier: FrontierRepository,
    private readonly runs: SyncRunsRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Reads sitemaps until all are read or the time is up. @returns whether all are. */
  async execute(crawl: Crawl, hosts: CrawlHosts, endAt: number, job: JobContext): Promise<boolean> {
    const sitemaps = await this.#known(crawl, hosts);
    for (const [index, sitemap] of sitemaps.entries()) {
      if (sitemap.isRead) continue;
      if (performance.now() > endAt) return false;
      job.throwIfCancelled();
      const read = await this.#read(sitemap.url, hosts, job.signal);
      sitemaps[index] = { ...sitemap, isRead: true };
      this.#addNamed(sitemaps, sitemap, read, crawl);
      await this.#keep(crawl, sitemaps, read);
    }
    return true;
  }

  async #known(crawl: Crawl, hosts: CrawlHosts): Promise<KnownSitemap[]> {
    if (crawl.state.sitemaps.length > 0) return [...crawl.state.sitemaps];
    const origins = [...new Set(crawl.settings.startUrls.map((url) => new URL(url).origin))];
    const named = [...crawl.settings.sitemaps];
    for (const origin of origins) {
      const { rules } = await hosts.meet(origin);
      named.push(...(rules?.sitemaps.flatMap((url) => normalUrl(url, `${origin}/`) ?? []) ?? []));
      named.push(`${origin}/sitemap.xml`);
    }
    return [...new Set(named)].slice(0, MAX_SITEMAPS).map((url) => ({ url, depth: 0, isRead: false }));
  }

  async #read(url: string, hosts: CrawlHosts, signal: AbortSignal): Promise<Sitemap> {
    try {
      const host = await hosts.meet(new URL(url).origin);
      if (!(await host.comeBy(PATIENCE_MS, signal))) return NOTHING;
      const { status, body } = await this.outbound.fetch({ url, signal, maxBytes: MAX_BYTES });
      return status >= 200 && status < 300 ? await readSitemap(body) : NOTHING;
    } catch (error) {
      signal.throwIfAborted();
      // A bomb, or no gzip at all, is an error of zlib's own.
      if (error instanceof DomainError || isOfZlib(error)) return NOTHING;
      throw error;
    }
  }

  /** Those of an index, unless they are on hosts that have nothing to do with the site. */
  #addNamed(
    sitemaps: KnownSitemap[],
    from: KnownSitemap,
    { sitemaps: named }: Sitemap,
    { scope }: Crawl,
  ): void {
    if (from.depth >= MAX_INDEX_DEPTH) return;
    const known = new Set(sitemaps.map(({ url }) => url));
    for (const text of named) {
      const url = normalUrl(text, from.url);
      const isOurs = url !== null && (scope.hasHost(url) || new URL(url).host === new URL(from.url).host);
      if (!isOurs || known.has(url) || sitemaps.length >= MAX_SITEMAPS) continue;
      known.add(url);
      sitemaps.push({ url, depth: from.depth + 1, isRead: false });
    }
  }

  async #keep(crawl: Crawl, sitemaps: readonly KnownSitemap[], { pages }: Sitemap): Promise<void> {
    // What is said to have changed last comes first; nothing else is made of it.
    const links = pages
      .toSorted((a, b) => (b.changedAt?.getTime() ?? 0) - (a.changedAt?.getTime() ?? 0))
      .map(({ url }) => url);
    const { maxDepth, maxPages } = crawl.settings;
    const found = await foundPages(links, 1, crawl.scope, Math.max(1, maxDepth));
    await this.unitOfWork.run(async () => {
      await this.frontier.add(crawl, found, maxPages);
      await this.runs.setCrawl(crawl.id, { ...crawl.state, sitemaps });
    });
  }
}

function isOfZlib(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (String(error.code).startsWith('Z_') || error.code === 'ERR_BUFFER_TOO_LARGE')
  );
}
