import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { IndexTable } from '../use-cases/index-table.js';
import { indexTable } from './index-table.job.js';

@Handles(indexTable)
export class IndexTableHandler implements JobHandler<{ tableId: string }> {
  constructor(private readonly indexing: IndexTable) {}

  run({ tableId }: { tableId: string }, { job }: JobContext): Promise<void> {
    return this.indexing.execute(job.workspaceId, tableId);
  }
}
