import { defineSchedule } from '#common/schedules';
import { sendReport } from '../jobs/send-report.job.js';

/** When a subscription comes round. */
export const reportSchedule = defineSchedule({ name: 'report.send', job: sendReport });
