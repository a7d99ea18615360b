import { detect } from 'tinyld';
import type { TextDirection } from '../../ports/page-extractor.port.js';
import { cleanLine } from './clean-text.js';

const MAX_TITLE_CHARS = 300;
const LANGUAGE_SAMPLE_CHARS = 4_000;
const LANGUAGE_PIECE_CHARS = 200;
/** Below this, detection is guessing. */
const MIN_LANGUAGE_SAMPLE_CHARS = 40;
const RIGHT_TO_LEFT = new Set([
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'iw',
  'ks',
  'ps',
  'sd',
  'ug',
  'ur',
  'yi',
]);

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

/**
 * Primary subtag of the language that a text is written in, unless there is too little of it. The detector errs now
 * and then, on long texts too; the vote of many short pieces does not.
 */
export function languageOfText(text: string): string | undefined {
  const words = text.slice(0, LANGUAGE_SAMPLE_CHARS).replace(/[^\p{L}\p{M}'’]+/gu, ' ');
  if (words.length < MIN_LANGUAGE_SAMPLE_CHARS) return undefined;
  const votes = new Map<string, number>();
  for (let start = 0; start < words.length; start += LANGUAGE_PIECE_CHARS) {
    const language = primaryTag(detect(words.slice(start, start + LANGUAGE_PIECE_CHARS)));
    if (language) votes.set(language, (votes.get(language) ?? 0) + 1);
  }
  return [...votes].reduce<[string | undefined, number]>(
    (best, vote) => (vote[1] > best[1] ? vote : best),
    [undefined, 0],
  )[0];
}

export function directionOfLanguage(language: string | undefined): TextDirection | undefined {
  if (!language) return undefined;
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
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

function primaryTag(tag: string): string | undefined {
  return /^\s*([a-z]{2,3})(?:[-_,\s]|$)/i.exec(tag)?.[1]?.toLowerCase();
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
