import type { TextDirection } from '../../ports/page-extractor.port.js';
import { cleanLine } from '../shared/clean-text.js';
import { primaryTag } from '../shared/text-language.js';

const MAX_TITLE_CHARS = 300;

/** What a page says about itself, read before its head is taken apart. */
export interface PageMetadata {
  readonly title?: string;
  readonly canonicalUrl?: string;
  readonly language?: string;
  readonly direction?: TextDirection;
}

export function readMetadata(document: Document, url: string): PageMetadata {
  return {
    title: pageTitle(document),
    canonicalUrl: canonicalUrl(document, url),
    language: declaredLanguage(document),
    direction: declaredDirection(document),
  };
}

/** The name in the address, for pages that have no title: `handbook.md`, or else the host. */
export function titleFromUrl(url: string): string {
  const { pathname, hostname } = new URL(url);
  const name = pathname.split('/').filter(Boolean).at(-1) ?? '';
  return cleanLine(decoded(name)).slice(0, MAX_TITLE_CHARS) || hostname;
}

function pageTitle(document: Document): string | undefined {
  const heading = onlyHeading(document);
  const siteName = metaContent(document, 'og:site_name');
  const tagTitle = cleanLine(document.querySelector('title')?.textContent ?? '');
  const shared = metaContent(document, 'og:title') ?? metaContent(document, 'twitter:title');
  const candidates = [shared, tagTitle].filter((text) => text !== undefined && text !== '') as string[];
  // The page's heading is the cleanest title, if the title tag confirms that it is about the page, not the site.
  if (
    heading &&
    candidates.some((text) => text !== heading && text.includes(heading) && heading !== siteName)
  ) {
    return heading.slice(0, MAX_TITLE_CHARS);
  }
  const best = candidates[0] === undefined ? heading : withoutSiteName(candidates[0], siteName);
  return best?.slice(0, MAX_TITLE_CHARS);
}

function onlyHeading(document: Document): string | undefined {
  const headings = document.querySelectorAll('h1');
  return headings.length === 1 ? cleanLine(headings[0]?.textContent ?? '') || undefined : undefined;
}

/** `Opening hours | Town library` -> `Opening hours`. A dash splits only the site's own name off: titles have dashes. */
function withoutSiteName(title: string, siteName: string | undefined): string {
  const parts = title.split(/\s+([|\-–—·»:/\\])\s+/);
  const last = parts.at(-1);
  const mark = parts.at(-2);
  if (last === undefined || mark === undefined) return title;
  const before = title.slice(0, title.lastIndexOf(mark, title.length - last.length - 1)).trim();
  if (siteName && same(last, siteName)) return before;
  if (siteName && parts[0] && same(parts[0], siteName))
    return title.slice(title.indexOf(parts[1] ?? '') + 1).trim();
  const looksLikeSite =
    mark === '|' || mark === '·' || mark === '»' || mark === '—' || mark === '-' || mark === '–';
  return looksLikeSite && wordCount(last) <= 4 && wordCount(before) >= 3 ? before : title;
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const wordCount = (text: string): number => text.split(/\s+/).length;

function canonicalUrl(document: Document, url: string): string | undefined {
  const href = document.querySelector('link[rel~="canonical" i][href]')?.getAttribute('href');
  if (!href || !URL.canParse(href, url)) return undefined;
  const canonical = new URL(href, url);
  const isWeb = canonical.protocol === 'http:' || canonical.protocol === 'https:';
  if (!isWeb || canonical.host !== new URL(url).host || canonical.username || canonical.password)
    return undefined;
  canonical.hash = '';
  return canonical.href;
}

function declaredLanguage(document: Document): string | undefined {
  const declared = [
    document.documentElement.getAttribute('lang'),
    document.documentElement.getAttribute('xml:lang'),
    document.body.getAttribute('lang'),
    document.querySelector('meta[http-equiv="content-language" i]')?.getAttribute('content'),
    document.querySelector('html[lang], article[lang], main[lang]')?.getAttribute('lang'),
  ];
  return declared.map((tag) => primaryTag(tag ?? '')).find((tag) => tag !== undefined);
}

function declaredDirection(document: Document): TextDirection | undefined {
  const declared = [
    document.documentElement,
    document.body,
    document.querySelector('article[dir], main[dir]'),
  ];
  return declared
    .map((element) => element?.getAttribute('dir')?.toLowerCase())
    .find((value) => value === 'ltr' || value === 'rtl');
}

function metaContent(document: Document, name: string): string | undefined {
  const meta = document.querySelector(`meta[property="${name}"], meta[name="${name}"]`);
  return cleanLine(meta?.getAttribute('content') ?? '') || undefined;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
