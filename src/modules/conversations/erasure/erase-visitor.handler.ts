import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { EraseVisitor } from './erase-visitor.js';
import { eraseVisitor } from './erase-visitor.job.js';

@Handles(eraseVisitor)
export class EraseVisitorHandler implements JobHandler<{ erasureId: string }> {
  constructor(private readonly erase: EraseVisitor) {}

  run({ erasureId }: { erasureId: string }, context: JobContext): Promise<object> {
    return this.erase.execute(erasureId, context);
  }
}
