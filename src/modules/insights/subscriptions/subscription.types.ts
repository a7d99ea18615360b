import type { ScheduleTimes, ScheduleView } from '#common/schedules';

/** Has the report of a bot sent to a member, again and again. */
export interface Subscription {
  readonly id: string;
  readonly workspaceId: string;
  readonly botId: string;
  readonly userId: string;
  readonly email: string;
  readonly createdAt: Date;
  readonly lastSentAt: Date | null;
  /** The code of what kept the last letter from being sent. */
  readonly lastError: string | null;
}

/** A subscription, and when it comes round. */
export interface ShownSubscription {
  readonly subscription: Subscription;
  readonly schedule: ScheduleView;
}

/** Every Monday morning. */
export const USUAL_TIMES: ScheduleTimes = { cron: '0 7 * * 1', timezone: 'UTC' };
