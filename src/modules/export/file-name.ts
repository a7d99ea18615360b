const MAX_LENGTH = 100;
/** Controls, what file systems and headers keep for themselves, and marks that turn the order of letters round. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*%;\u0000-\u001f]/gu;
/** What tables take for the beginning of a formula, and what hides a file or leads out of its folder. */
const FIRST = /^[\s.=+\-@'\uff1d\uff0b\uff0d\uff20]+/u;

/** A name for a file, made of what somebody called something: never empty, never a path, never a formula. */
export function safeName(text: string, otherwise: string): string {
  const plain = text.normalize('NFC').replace(UNSAFE, ' ').replace(/\s+/g, ' ').replace(FIRST, '');
  const name = Array.from(plain)
    .slice(0, MAX_LENGTH)
    .join('')
    .replace(/[\s.]+$/, '');
  return name === '' ? otherwise : name;
}

/** `Content-Disposition` of a download (RFC 6266): the name in ASCII for old clients, and as it is for all others. */
export function attachment(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
