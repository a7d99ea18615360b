import { defineJob } from '#common/jobs';
import { defineSchedule } from '#common/schedules';

/** Sends the report of a bot to whoever has subscribed to it. */
export const sendReport = defineJob<{ subscriptionId: string }>({
  queue: 'insights',
  name: 'report.send',
  attempts: 6,
  backoffMs: 60_000,
  key: ({ subscriptionId }) => subscriptionId,
});

export const reportSchedule = defineSchedule({ name: 'report.send', job: sendReport });
