import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { ExpireHistory } from './expire-history.js';
import { expireHistory } from './expire-history.job.js';

@Handles(expireHistory)
export class ExpireHistoryHandler implements JobHandler<{ botId: string }> {
  constructor(private readonly expire: ExpireHistory) {}

  run({ botId }: { botId: string }, context: JobContext): Promise<object> {
    return this.expire.execute(botId, context);
  }
}
