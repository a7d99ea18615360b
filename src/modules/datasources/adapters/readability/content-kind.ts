export type ContentKind = 'html' | 'text' | 'other';

const HTML_TYPES = new Set(['text/html', 'application/xhtml+xml']);
const TEXT_TYPES = new Set(['text/plain', 'text/markdown', 'text/x-markdown', 'text/x-web-markdown']);
/** Types that servers send when they do not know. */
const VAGUE_TYPES = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'text/x-unknown',
  'unknown/unknown',
]);
const TEXT_NAME = /\.(?:md|markdown|mdown|txt|text)$/i;
const HTML_NAME = /\.(?:html?|xhtml)$/i;
const HTML_START =
  /^[\s\ufeff]*(?:<!--[\s\S]{0,5000}?-->\s*)*<(?:!doctype html|html|head|body|title|meta|h1|p|div|article|main)\b/i;
const FILE_SIGNATURES = [/^%PDF-/, /^PK\x03\x04/, /^\x89PNG/, /^GIF8/, /^\xff\xd8\xff/, /^\x1f\x8b/];

/** What to read a response as: by its type, and by name and content where the type says nothing. */
export function contentKind(
  page: { contentType?: string; url: string; body: Uint8Array },
  text: string,
): ContentKind {
  if (isBinary(page.body, text)) return 'other';
  const type = (page.contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (HTML_TYPES.has(type)) return 'html';
  if (TEXT_TYPES.has(type)) return 'text';
  if (!VAGUE_TYPES.has(type)) return 'other';
  const { pathname } = new URL(page.url);
  if (TEXT_NAME.test(pathname)) return 'text';
  if (HTML_NAME.test(pathname) || HTML_START.test(text.slice(0, 10_000))) return 'html';
  return type === '' ? 'text' : 'other';
}

/** Servers call everything HTML. A file shows by its first bytes, or by what cannot be text. */
function isBinary(body: Uint8Array, text: string): boolean {
  const start = String.fromCharCode(...body.subarray(0, 8));
  if (FILE_SIGNATURES.some((signature) => signature.test(start))) return true;
  const sample = text.slice(0, 20_000);
  const strange = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0;
  return strange > sample.length * 0.1;
}
