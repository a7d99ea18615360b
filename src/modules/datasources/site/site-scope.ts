import { isTrap } from './crawl-traps.js';
import { PathPattern } from './path-pattern.js';
import type { SiteSettings } from './site.types.js';
import type { SkipCode } from './skip-reasons.js';

/**
 * What a source makes of an address: `within` it, `foreign` to it and not worth a word, or left out for a reason that
 * its owner may want to know.
 */
export type Verdict = 'within' | 'foreign' | SkipCode;

/**
 * Which pages belong to a site: those on the host of a start page, whose paths begin with the folder that the start page
 * is in, and which its patterns leave in. Hosts with and without `www.`, and http and https, are the same.
 */
export class SiteScope {
  readonly #folders: readonly { readonly host: string; readonly folder: string }[];
  readonly #include: readonly PathPattern[];
  readonly #exclude: readonly PathPattern[];

  constructor({ startUrls, include, exclude }: SiteSettings) {
    this.#folders = startUrls.map((start) => folderOf(new URL(start)));
    this.#include = include.map((pattern) => new PathPattern(pattern));
    this.#exclude = exclude.map((pattern) => new PathPattern(pattern));
  }

  /** @param address in its normal form. */
  judge(address: string): Verdict {
    const url = new URL(address);
    if (!this.#isInFolder(url)) return 'foreign';
    if (isTrap(url)) return 'datasources.page_trap';
    const path = url.pathname + url.search;
    const isIncluded = this.#include.length === 0 || this.#include.some((pattern) => pattern.fits(path));
    const isExcluded = this.#exclude.some((pattern) => pattern.fits(path));
    return isIncluded && !isExcluded ? 'within' : 'datasources.page_excluded';
  }

  /** Whether an address is on one of the hosts of the site, in whatever folder. */
  hasHost(address: string): boolean {
    const host = siteHost(new URL(address));
    return this.#folders.some((folder) => folder.host === host);
  }

  #isInFolder(url: URL): boolean {
    const host = siteHost(url);
    return this.#folders.some((one) => one.host === host && url.pathname.startsWith(one.folder));
  }
}

function folderOf(start: URL): { host: string; folder: string } {
  return { host: siteHost(start), folder: start.pathname.slice(0, start.pathname.lastIndexOf('/') + 1) };
}

function siteHost({ host }: URL): string {
  return host.replace(/^www\./, '');
}
