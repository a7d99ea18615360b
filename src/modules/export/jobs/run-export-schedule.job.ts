import { defineJob } from '#common/jobs';

/** Exports what a schedule is for, and delivers it. Goes on where it was when it is repeated. */
export const runExportSchedule = defineJob<{ scheduleId: string }>({
  queue: 'export',
  name: 'export_schedule.run',
  attempts: 10,
  backoffMs: 5_000,
  key: ({ scheduleId }) => scheduleId,
});
