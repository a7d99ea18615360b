import { describe, expect, it } from '@jest/globals';
import { ScheduleCalendar } from './schedule-calendar.js';
import { RepeatsTooOften, UnknownTimezone, UnreadableSchedule } from './schedules.errors.js';

const timesAfter = (
  cron: string,
  timezone: string,
  moment: string,
  count: number,
): (string | undefined)[] => {
  const calendar = new ScheduleCalendar({ cron, timezone });
  const times: (Date | null)[] = [];
  let last: Date | null = new Date(moment);
  for (let i = 0; i < count && last; i += 1) {
    last = calendar.next(last);
    times.push(last);
  }
  return times.map((time) => time?.toISOString());
};

describe('ScheduleCalendar', () => {
  it('goes by the clocks of the time zone, before and after they change', () => {
    // Clocks in Berlin go forward on 2027-03-28.
    expect(timesAfter('0 9 * * *', 'Europe/Berlin', '2027-03-26T12:00:00Z', 3)).toEqual([
      '2027-03-27T08:00:00.000Z',
      '2027-03-28T07:00:00.000Z',
      '2027-03-29T07:00:00.000Z',
    ]);
  });

  it('comes once on a day whose clocks leave the time out', () => {
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', 2)).toEqual([
      '2027-03-28T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
  });

  it('comes once on a day whose clocks show the time twice', () => {
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00:00Z', 2)).toEqual([
      '2027-10-31T00:30:00.000Z',
      '2027-11-01T01:30:00.000Z',
    ]);
  });

  it.each([
    ['every quarter of an hour', '*/15 * * * *'],
    ['working days', '30 6 * * 1-5'],
    ['the first of a month', '0 0 1 * *'],
    ['the 29th of February', '0 0 29 2 *'],
  ])('allows %s', (_, cron) => {
    const calendar = new ScheduleCalendar({ cron, timezone: 'America/New_York' });

    expect(() => {
      calendar.assertAllowed(new Date('2026-11-26T12:00:00Z'));
    }).not.toThrow();
  });

  it.each([
    ['every minute', '* * * * *'],
    ['two minutes of each hour that are close', '0,5 * * * *'],
    ['two minutes around midnight', '0,55 0,23 * * *'],
  ])('does not allow %s', (_, cron) => {
    const calendar = new ScheduleCalendar({ cron, timezone: 'UTC' });

    expect(() => {
      calendar.assertAllowed(new Date('2026-11-26T12:00:00Z'));
    }).toThrow(RepeatsTooOften);
  });

  it('does not allow a time that never comes', () => {
    const calendar = new ScheduleCalendar({ cron: '0 0 30 2 *', timezone: 'UTC' });

    expect(calendar.next(new Date())).toBeNull();
    expect(() => {
      calendar.assertAllowed(new Date());
    }).toThrow(UnreadableSchedule);
  });

  it.each([
    ['nothing', ''],
    ['words', 'every day at nine please'],
    ['seconds', '0 0 9 * * *'],
    ['a name for a time', '@daily'],
    ['what is out of range', '61 9 * * *'],
    ['a quote', "0 9 * * '"],
  ])('refuses %s', (_, cron) => {
    expect(() => new ScheduleCalendar({ cron, timezone: 'UTC' })).toThrow(UnreadableSchedule);
  });

  it.each(['Europe/Atlantis', '', 'UTC; drop table'])('knows no time zone "%s"', (timezone) => {
    expect(() => new ScheduleCalendar({ cron: '0 9 * * *', timezone })).toThrow(UnknownTimezone);
  });
});
