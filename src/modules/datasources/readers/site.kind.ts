import { Injectable } from '@nestjs/common';
import { InvalidFields } from '#common/errors';
import { OutboundClient } from '#common/http';
import type { SourceOrigin } from '../datasources.types.js';
import { normalUrl } from '../site/url-form.js';
import { SourceKind } from './source-reader.js';

/** Many pages, found from a few. `CrawlSite` reads them. */
@Injectable()
export class SiteKind extends SourceKind {
  readonly type = 'site';
  readonly fields = ['startUrls'] as const;
  override readonly optionalFields = [
    'sitemaps',
    'include',
    'exclude',
    'maxDepth',
    'maxPages',
    'perHostConcurrency',
    'delayMs',
    'render',
  ] as const;

  constructor(private readonly outbound: OutboundClient) {
    super();
  }

  checked(origin: SourceOrigin): SourceOrigin {
    const { startUrls, sitemaps, include, exclude, maxDepth, maxPages, perHostConcurrency, delayMs, render } =
      origin;
    return {
      ...(startUrls && { startUrls: this.#addresses('startUrls', startUrls) }),
      ...(sitemaps && { sitemaps: this.#addresses('sitemaps', sitemaps) }),
      ...{ include, exclude, maxDepth, maxPages, perHostConcurrency, delayMs, render },
    };
  }

  nameOf({ startUrls: [first = ''] = [] }: SourceOrigin): string {
    const { host, pathname } = new URL(first);
    return `${host}${pathname === '/' ? '' : pathname}`;
  }

  /** In their normal form, each once. */
  #addresses(path: string, urls: readonly string[]): string[] {
    const addresses = urls.map((url) => normalUrl(this.outbound.checkUrl(url).href));
    if (addresses.includes(null))
      throw new InvalidFields([{ path, message: 'must be addresses of 2000 characters at most' }]);
    return [...new Set(addresses.filter((address) => address !== null))];
  }
}
