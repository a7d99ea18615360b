/** Controls, what changes the direction of writing, and what file systems and headers take for their own. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029<>:"|?*\\/]/gu;
/** What browsers write in a form for a quote and the ends of lines. */
const ESCAPED = /%(?:22|0d|0a)/gi;
const MAX_CHARS = 200;

/** The name of a file for people: without its path, and of characters that can be shown and saved anywhere. */
export function safeFileName(sent: string): string {
  const last = sent.toWellFormed().split(/[\\/]/).at(-1) ?? '';
  const name = last
    .replace(ESCAPED, '')
    .replace(UNSAFE, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  return shortened(name) || 'file';
}

/** Keeps the extension of a name that is too long. */
function shortened(name: string): string {
  if (name.length <= MAX_CHARS) return name;
  const extension = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? '';
  return (name.slice(0, MAX_CHARS - extension.length) + extension).toWellFormed().replaceAll('\ufffd', '');
}

/** A header that has a browser save a file, under a name in any script (RFC 6266). */
export function attachmentOf(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
