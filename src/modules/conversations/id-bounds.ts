/** How far the time in an id may be from the time in its row: clocks are set back and apart. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * Ids carry the time at which they were made (UUIDv7): what lies outside of a stretch of time need not be read, although
 * lists are in the order of ids.
 */
export function idsBetween(from?: Date, to?: Date): { readonly from?: string; readonly to?: string } {
  return {
    ...(from ? { from: firstIdAt(from.getTime() - CLOCK_SLACK_MS) } : {}),
    ...(to ? { to: firstIdAt(to.getTime() + CLOCK_SLACK_MS) } : {}),
  };
}

/** The first id that may be made then, in milliseconds since 1970. */
export function firstIdAt(ms: number): string {
  const time = Math.min(Math.max(0, ms), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
