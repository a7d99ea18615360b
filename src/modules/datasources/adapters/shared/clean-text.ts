/**
 * What Postgres refuses (NUL), what no reader sees (other controls, soft hyphens, zero-width spaces, byte order
 * marks) and what smuggles text past the reader (Unicode tags, direction overrides).
 * Joiners stay: Persian, Indic scripts and emoji need them.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u202d\u202e\u2060\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Text that any database and reader can take: NFC, well-formed, with `\n` line ends and nothing unseen. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(UNSEEN, '').normalize('NFC');
}

/** Clean text on one line, with single spaces. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/** Without white space at line ends and empty lines at either end. Takes linear time, as patterns for this do not. */
export function trimLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const start = lines.findIndex((line) => line !== '');
  const end = lines.findLastIndex((line) => line !== '');
  return lines.slice(Math.max(start, 0), end + 1).join('\n');
}
