import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { TellTopics } from '../use-cases/tell-topics.js';
import { tellTopics } from './tell-topics.job.js';

@Handles(tellTopics)
export class TellTopicsHandler implements JobHandler<{ botId: string }> {
  constructor(private readonly topics: TellTopics) {}

  async run({ botId }: { botId: string }, { job, signal }: JobContext): Promise<object> {
    return { conversations: await this.topics.execute(job.workspaceId, botId, signal) };
  }
}
