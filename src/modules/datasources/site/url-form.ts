import { SITE_LIMITS } from './site.types.js';

/** Parameters that tell where a visitor comes from, or who it is; the page is the same without. */
const FOREIGN_PARAMETERS = new Set(
  `_ga _gl _hsenc _hsmi dclid fbclid gbraid gclid gclsrc igshid mc_cid mc_eid mkt_tok msclkid oly_anon_id oly_enc_id
   rb_clickid s_cid srsltid ttclid twclid vero_conv vero_id wbraid wickedid yclid ysclid
   aspsessionid cfid cftoken jsessionid phpsessid sessid sessionid session_id sid zenid`.split(/\s+/),
);
const FOREIGN_PREFIXES = ['utm_', 'hsa_', 'pk_', 'mtm_', 'matomo_'];
const PATH_SESSION = /;(?:jsessionid|phpsessid|sid)=[^/;]*/gi;

/**
 * The one form of an address under which a crawl knows it: no fragment, no default port, no parameters of tracking or
 * sessions, and those that are left in order.
 *
 * @param base what a relative text is relative to.
 * @returns null for what is not an address of the web, is too long, or carries credentials.
 */
export function normalUrl(text: string, base?: string): string | null {
  if (text.length > 4 * SITE_LIMITS.urlLength) return null;
  const url = URL.parse(text.trim(), base);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  if (url.username !== '' || url.password !== '') return null;
  url.hash = '';
  url.hostname = url.hostname.replace(/\.$/, '');
  url.pathname = url.pathname.replace(PATH_SESSION, '').replace(/\/{2,}/g, '/');
  url.search = normalQuery(url.searchParams);
  return url.hostname !== '' && url.href.length <= SITE_LIMITS.urlLength ? url.href : null;
}

function normalQuery(parameters: URLSearchParams): string {
  const kept = [...parameters].filter(([name]) => !isForeign(name.toLowerCase()));
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new URLSearchParams(kept).toString();
}

function isForeign(name: string): boolean {
  return FOREIGN_PARAMETERS.has(name) || FOREIGN_PREFIXES.some((prefix) => name.startsWith(prefix));
}
