/** Whoever links more pages than this from one is not read to the end. */
export const MAX_LINKS = 2_000;
const MAX_URL_CHARS = 4_000;

/** The pages that a page leads to, each once, in order and without fragments. Those marked `nofollow` are left out. */
export function readLinks(document: Document, url: string): string[] {
  const base = baseOf(document, url);
  const links = new Set<string>();
  for (const href of hrefsIn(document)) {
    const link = href.length <= MAX_URL_CHARS ? URL.parse(href.trim(), base) : null;
    if (!link || (link.protocol !== 'http:' && link.protocol !== 'https:')) continue;
    link.hash = '';
    links.add(link.href);
    if (links.size >= MAX_LINKS) break;
  }
  return [...links];
}

function* hrefsIn(document: Document): Generator<string> {
  const refresh = document.querySelector('meta[http-equiv="refresh" i]')?.getAttribute('content') ?? '';
  const target = /^[\s\d.]*[;,]\s*(?:url\s*=\s*)?['"]?([^'"]+)/i.exec(refresh.slice(0, MAX_URL_CHARS))?.[1];
  if (target !== undefined) yield target;
  for (const element of document.querySelectorAll('a[href], area[href], link[rel~="next" i][href]')) {
    if (!/\bnofollow\b/i.test(element.getAttribute('rel') ?? '')) yield element.getAttribute('href') ?? '';
  }
}

function baseOf(document: Document, url: string): string {
  const href = document.querySelector('base[href]')?.getAttribute('href') ?? '';
  return URL.parse(href, url)?.href ?? url;
}
