import type { DomainError } from '#common/errors';
import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { SyncDatasource } from '../use-cases/sync-datasource.js';
import { syncDatasource } from './sync-datasource.job.js';

@Handles(syncDatasource)
export class SyncDatasourceHandler implements JobHandler<{ datasourceId: string }> {
  constructor(private readonly sync: SyncDatasource) {}

  async run({ datasourceId }: { datasourceId: string }, context: JobContext): Promise<object> {
    return this.sync.execute(datasourceId, context);
  }

  abandon({ datasourceId }: { datasourceId: string }, reason: DomainError): Promise<void> {
    return this.sync.giveUp(datasourceId, reason);
  }
}
