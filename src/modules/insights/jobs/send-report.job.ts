import { defineJob } from '#common/jobs';

/** Sends the report of a bot to whoever has subscribed to it. */
export const sendReport = defineJob<{ subscriptionId: string }>({
  queue: 'insights',
  name: 'report.send',
  attempts: 6,
  backoffMs: 60_000,
  key: ({ subscriptionId }) => subscriptionId,
});
