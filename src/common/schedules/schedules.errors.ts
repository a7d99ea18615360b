import { DomainError } from '#common/errors';

/** The five fields make no sense, or name a time that never comes. */
export class UnreadableSchedule extends DomainError {
  static readonly code = 'schedules.unreadable';
  static readonly kind = 'invalid';
  constructor(options?: { cause?: unknown }) {
    const message =
      'This is no schedule. Write five fields: minute, hour, day of month, month, day of week, as in "30 6 * * 1-5".';
    const fields = [{ path: 'schedule.cron', message }];
    super(UnreadableSchedule.code, UnreadableSchedule.kind, message, { fields }, options);
  }
}

/** No such time zone is known. */
export class UnknownTimezone extends DomainError {
  static readonly code = 'schedules.unknown_timezone';
  static readonly kind = 'invalid';
  constructor(options?: { cause?: unknown }) {
    const message = 'No time zone has this name. Use an IANA name such as "Europe/Berlin".';
    const fields = [{ path: 'schedule.timezone', message }];
    super(UnknownTimezone.code, UnknownTimezone.kind, message, { fields }, options);
  }
}

/** The schedule comes round more often than is allowed. */
export class RepeatsTooOften extends DomainError {
  static readonly code = 'schedules.too_often';
  static readonly kind = 'invalid';
  constructor(minMinutes: number) {
    const message = `A schedule may come round every ${String(minMinutes)} minutes at most.`;
    super(RepeatsTooOften.code, RepeatsTooOften.kind, message, {
      fields: [{ path: 'schedule.cron', message }],
    });
  }
}
