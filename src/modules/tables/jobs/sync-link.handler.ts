import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { SyncLink } from '../remote/sync-link.js';
import { syncLink } from './sync-link.job.js';

@Handles(syncLink)
export class SyncLinkHandler implements JobHandler<{ linkId: string }> {
  constructor(private readonly links: SyncLink) {}

  run({ linkId }: { linkId: string }, context: JobContext): Promise<object> {
    return this.links.execute(linkId, context);
  }
}
