import { InvalidFields } from '#common/errors';
import type { Period } from './insights.types.js';

/** Which stretch of time is asked for; what is left out is as usual. */
export interface PeriodWish {
  readonly from?: Date;
  readonly to?: Date;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const MOST_DAYS = 732;

/** @throws InvalidFields unless it ends after it begins, within two years. */
export function periodOf({ from, to }: PeriodWish, now: Date): Period {
  const end = to ?? now;
  const start = from ?? new Date(end.getTime() - USUAL_DAYS * DAY_MS);
  const days = (end.getTime() - start.getTime()) / DAY_MS;
  if (days <= 0) throw new InvalidFields([{ path: 'from', message: 'must be before `to`' }]);
  if (days > MOST_DAYS)
    throw new InvalidFields([{ path: 'from', message: `must be ${MOST_DAYS} days before \`to\` at most` }]);
  return { from: start, to: end };
}

/** As long as a period, and just before it. */
export function periodBefore({ from, to }: Period): Period {
  return { from: new Date(2 * from.getTime() - to.getTime()), to: from };
}
