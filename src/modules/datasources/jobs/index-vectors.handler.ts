import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { KeepVectorIndex } from '../use-cases/keep-vector-index.js';
import { indexVectors } from './index-vectors.job.js';

@Handles(indexVectors)
export class IndexVectorsHandler implements JobHandler<{ model: string }> {
  constructor(private readonly keep: KeepVectorIndex) {}

  run({ model }: { model: string }, context: JobContext): Promise<object> {
    return this.keep.execute(model, context);
  }
}
