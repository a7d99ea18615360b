import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { ReembedWorkspace } from '../use-cases/reembed-workspace.js';
import { reembedWorkspace } from './reembed-workspace.job.js';

@Handles(reembedWorkspace)
export class ReembedWorkspaceHandler implements JobHandler<{ model: string }> {
  constructor(private readonly reembed: ReembedWorkspace) {}

  async run(payload: { model: string }, context: JobContext): Promise<object> {
    return this.reembed.execute(payload.model, context);
  }
}
