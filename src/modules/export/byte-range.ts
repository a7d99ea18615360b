import type { FileRange } from '#common/storage';

const ONE_RANGE = /^bytes=\s*(?:(\d{1,15})\s*-\s*(\d{0,15})|-\s*(\d{1,15}))\s*$/i;

/**
 * The part of a file that a `Range` header asks for (RFC 9110): null where it asks for all of it, or for what need not be
 * understood (other units, several ranges at once); `outside` where no byte of the file is in it.
 */
export function rangeOf(header: string | undefined, bytes: number): FileRange | 'outside' | null {
  const [, first, last, suffix] = ONE_RANGE.exec(header ?? '') ?? [];
  if (suffix !== undefined) {
    if (Number(suffix) === 0 || bytes === 0) return 'outside';
    return { start: Math.max(0, bytes - Number(suffix)), end: bytes };
  }
  if (first === undefined) return null;
  const start = Number(first);
  const end = last === undefined || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (last !== undefined && last !== '' && Number(last) < start) return null;
  return start >= bytes ? 'outside' : { start, end };
}

/** Whether a part may be answered: `If-Range` names the file that there is, or is not there. */
export function isSameFile(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}
