import type { DomainError } from '#common/errors';
import { Handles, type JobContext, type JobContinuation, type JobHandler } from '#common/jobs';
import { SyncTable } from '../use-cases/sync-table.js';
import { syncTable } from './sync-table.job.js';

@Handles(syncTable)
export class SyncTableHandler implements JobHandler<{ datasourceId: string }> {
  constructor(private readonly sync: SyncTable) {}

  async run(
    { datasourceId }: { datasourceId: string },
    context: JobContext,
  ): Promise<object | JobContinuation> {
    return this.sync.execute(datasourceId, context);
  }

  abandon({ datasourceId }: { datasourceId: string }, reason: DomainError): Promise<void> {
    return this.sync.giveUp(datasourceId, reason);
  }
}
