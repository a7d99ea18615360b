/** Nobody is waited for longer. */
const LONGEST_MS = 3_600_000;

/**
 * How long a server asks to be left alone, by its `Retry-After`: seconds, or a date.
 *
 * @returns null when it does not say, or not so that it can be understood.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const isDate = /^[a-z]{3}/i.test(text);
  const ms = isDate
    ? Date.parse(text) - now.getTime()
    : /^\d+$/.test(text)
      ? Number(text) * 1_000
      : Number.NaN;
  return Number.isNaN(ms) ? null : Math.min(LONGEST_MS, Math.max(0, ms));
}
