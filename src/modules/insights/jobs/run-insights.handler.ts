import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { RunInsights } from '../use-cases/run-insights.js';
import { runInsights, type RunMode } from './run-insights.job.js';

@Handles(runInsights)
export class RunInsightsHandler implements JobHandler<{ botId: string; mode: RunMode }> {
  constructor(private readonly insights: RunInsights) {}

  run({ botId, mode }: { botId: string; mode: RunMode }, context: JobContext): Promise<object> {
    return this.insights.execute(botId, mode, context);
  }
}
