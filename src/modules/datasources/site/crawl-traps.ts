const MAX_SEGMENTS = 20;
const MAX_PARAMETERS = 8;
/** So often may a name stand in one path: a link that is wrongly relative leads ever deeper. */
const MAX_REPEATS = 3;
/** Whoever has content for other years is a calendar. */
const FIRST_YEAR = 1990;
const LAST_YEAR_FROM_NOW = 2;
const DATED_PATH = /\/(\d{4})[/-](?:0?[1-9]|1[0-2])(?=[/-]|$)/g;
const DATED_VALUE = /^(\d{4})(?:[-/.]\d{1,2}){0,2}$/;
const DATE_PARAMETER = /^(?:y|year|month|date|day|week|from|to|start|end|ical|tribe-bar-date)$/i;

/** How many pages that differ in nothing but their query are read: facets, sortings and calendars have no end. */
export const MAX_QUERIES_A_PATH = 200;

/** Whether an address looks like one of endlessly many: ever deeper, ever longer, or of a year that has no content. */
export function isTrap(url: URL, now = new Date()): boolean {
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  return (
    segments.length > MAX_SEGMENTS ||
    url.searchParams.size > MAX_PARAMETERS ||
    repeats(segments) ||
    isOfStrangeYear(url, now.getUTCFullYear())
  );
}

function repeats(segments: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const segment of segments) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  return Math.max(0, ...counts.values()) > MAX_REPEATS;
}

function isOfStrangeYear({ pathname, searchParams }: URL, thisYear: number): boolean {
  const inPath = [...pathname.matchAll(DATED_PATH)].map(([, year]) => Number(year));
  const inQuery = [...searchParams]
    .filter(([name]) => DATE_PARAMETER.test(name))
    .flatMap(([, value]) => DATED_VALUE.exec(value)?.[1] ?? [])
    .map(Number);
  return [...inPath, ...inQuery].some((year) => year < FIRST_YEAR || year > thisYear + LAST_YEAR_FROM_NOW);
}
