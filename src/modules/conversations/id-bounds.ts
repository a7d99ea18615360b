import { firstIdAt } from '#common/database';

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
