import { firstIdAt, madeAt } from '#common/database';

/** How far the clocks of two processes may be apart. */
const CLOCK_SLACK_MS = 86_400_000;
const ANY = firstIdAt(0);

/**
 * No message of this conversation has a lower id: messages are made after their conversation. A query that says so
 * passes over the partitions of earlier months (docs/adr/0029).
 */
export function earliestMessageOf(conversationId: string): string {
  return conversationId.charAt(14) === '7'
    ? firstIdAt(madeAt(conversationId).getTime() - CLOCK_SLACK_MS)
    : ANY;
}
