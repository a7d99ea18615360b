import type { DomainError } from '#common/errors';
import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { type DocumentRef, SyncSitePage } from '../use-cases/sync-site-page.js';
import { syncSitePage } from './sync-site-page.job.js';

@Handles(syncSitePage)
export class SyncSitePageHandler implements JobHandler<DocumentRef> {
  constructor(private readonly sync: SyncSitePage) {}

  async run(ref: DocumentRef, context: JobContext): Promise<object> {
    return this.sync.execute(ref, context);
  }

  abandon(ref: DocumentRef, reason: DomainError): Promise<void> {
    return this.sync.giveUp(ref, reason);
  }
}
