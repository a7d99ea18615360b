import { InstantField, TextField } from '#common/validation';
import type { ScheduleView } from '../schedules.types.js';

/** A schedule, and when it comes round. */
export class ScheduleResponse {
  @TextField({ max: 100, example: '30 6 * * 1-5' })
  readonly cron!: string;

  @TextField({ max: 64, example: 'Europe/Berlin' })
  readonly timezone!: string;

  @InstantField({ nullable: true, description: 'When it comes round next; null when it does so no more.' })
  readonly nextRunAt!: Date | null;

  @InstantField({ nullable: true, description: 'When it came round last.' })
  readonly lastRunAt!: Date | null;

  static from({ cron, timezone, nextRunAt, lastRunAt }: ScheduleView): ScheduleResponse {
    return Object.assign(new ScheduleResponse(), { cron, timezone, nextRunAt, lastRunAt });
  }
}
