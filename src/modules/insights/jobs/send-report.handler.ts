import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { SendReport } from '../use-cases/send-report.js';
import { sendReport } from './send-report.job.js';

@Handles(sendReport)
export class SendReportHandler implements JobHandler<{ subscriptionId: string }> {
  constructor(private readonly report: SendReport) {}

  run({ subscriptionId }: { subscriptionId: string }, context: JobContext): Promise<object> {
    return this.report.execute(subscriptionId, context);
  }
}
