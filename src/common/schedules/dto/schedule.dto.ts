import { TextField } from '#common/validation';
import type { ScheduleTimes } from '../schedules.types.js';

/** When something is to happen again and again. */
export class ScheduleDto implements ScheduleTimes {
  @TextField({
    max: 100,
    description:
      'Five fields of cron: minute, hour, day of month, month, day of week. At most every 15 minutes.',
    example: '30 6 * * 1-5',
  })
  readonly cron!: string;

  @TextField({
    max: 64,
    description: 'The IANA time zone whose clocks count.',
    example: 'Europe/Berlin',
  })
  readonly timezone!: string;
}
