import { Cron } from 'croner';
import { isTimeZone } from '#common/time';
import { RepeatsTooOften, UnknownTimezone, UnreadableSchedule } from './schedules.errors.js';
import type { ScheduleTimes } from './schedules.types.js';

/** How often a schedule may come round at most. */
export const MIN_MINUTES_BETWEEN = 15;

const MS_PER_MINUTE = 60_000;
/** So many times are looked at for the shortest pause: more than a day has of those that are allowed. */
const TIMES_LOOKED_AT = 100;

/**
 * When a schedule comes round: the five fields of cron (minute, hour, day of month, month, day of week), as the clocks of
 * an IANA time zone show them. A time that the clocks leave out in spring comes as much later as they are set forward.
 */
export class ScheduleCalendar {
  readonly #cron: Cron;

  /** @throws UnknownTimezone, UnreadableSchedule */
  constructor({ cron, timezone }: ScheduleTimes) {
    if (!isTimeZone(timezone)) throw new UnknownTimezone();
    if (cron.trim().split(/\s+/).length !== 5) throw new UnreadableSchedule();
    try {
      this.#cron = new Cron(cron.trim(), { timezone, paused: true });
    } catch {
      throw new UnreadableSchedule();
    }
  }

  /** The first time after `moment`; null when there is none, as for the 30th of February. */
  next(moment: Date): Date | null {
    return this.#cron.nextRun(moment);
  }

  /** @throws UnreadableSchedule when it never comes round; RepeatsTooOften */
  assertAllowed(now: Date): void {
    const times = this.#cron.nextRuns(TIMES_LOOKED_AT, now).map((time) => time.getTime());
    if (times.length === 0) throw new UnreadableSchedule();
    const isTooOften = times.some(
      (time, i) => i > 0 && time - (times[i - 1] as number) < MIN_MINUTES_BETWEEN * MS_PER_MINUTE,
    );
    if (isTooOften) throw new RepeatsTooOften(MIN_MINUTES_BETWEEN);
  }
}
