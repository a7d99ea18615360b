const DAY_MS = 86_400_000;
/** The numbers that formats of dates and times have by themselves. */
const BUILT_IN = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** Whether a format shows a number as a date or a time. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return BUILT_IN.some(([from, to]) => id >= from && id <= to);
  const bare = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '');
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare);
}

/** A day, a time of a day, or both in UTC, as `2026-01-31`, `08:30:00` or `2026-01-31T08:30:00.000Z`. */
export function dateOf(serial: number, isFrom1904: boolean): string | null {
  if (!(serial >= 0 && serial < 2_958_466)) return null;
  const days = Math.floor(serial);
  const withinMs = Math.round((serial - days) * DAY_MS);
  if (days === 0 && !isFrom1904 && withinMs > 0) return new Date(withinMs).toISOString().slice(11, 19);
  const text = new Date(epochOf(days, isFrom1904) + days * DAY_MS + withinMs).toISOString();
  return withinMs === 0 ? text.slice(0, 10) : text;
}

/** Excel counts a 29th of February 1900, which there was not. */
function epochOf(days: number, isFrom1904: boolean): number {
  if (isFrom1904) return Date.UTC(1904, 0, 1);
  return days < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
}
