import { InvalidFields } from '#common/errors';

const EXAMPLE = 'minute, hour, day of month, month, day of week, as in "30 6 * * 1-5"';

/** The five fields make no sense, or name a time that never comes. */
export class UnreadableSchedule extends InvalidFields {
  constructor() {
    super([{ path: 'schedule.cron', message: `This is no schedule. Write five fields: ${EXAMPLE}.` }]);
  }
}

/** No such time zone is known. */
export class UnknownTimezone extends InvalidFields {
  constructor() {
    const message = 'must be an IANA time zone, for example Europe/Berlin';
    super([{ path: 'schedule.timezone', message }]);
  }
}

/** The schedule comes round more often than is allowed. */
export class RepeatsTooOften extends InvalidFields {
  constructor(minMinutes: number) {
    const message = `A schedule may come round every ${String(minMinutes)} minutes at most.`;
    super([{ path: 'schedule.cron', message }]);
  }
}
