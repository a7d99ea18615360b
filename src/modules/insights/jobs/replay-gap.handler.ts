import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { ReplayGap } from '../use-cases/replay-gap.js';
import { replayGap, type ReplayRequest } from './replay-gap.job.js';

@Handles(replayGap)
export class ReplayGapHandler implements JobHandler<ReplayRequest> {
  constructor(private readonly replay: ReplayGap) {}

  run(request: ReplayRequest, context: JobContext): Promise<object> {
    return this.replay.execute(request, context);
  }
}
