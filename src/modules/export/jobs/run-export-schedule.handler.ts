import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { RunExportSchedule } from '../use-cases/run-export-schedule.js';
import { runExportSchedule } from './run-export-schedule.job.js';

@Handles(runExportSchedule)
export class RunExportScheduleHandler implements JobHandler<{ scheduleId: string }> {
  constructor(private readonly runs: RunExportSchedule) {}

  run({ scheduleId }: { scheduleId: string }, context: JobContext): Promise<object> {
    return this.runs.execute(scheduleId, context);
  }
}
