import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { BulkChangesService } from '../inbox/bulk-changes.service.js';
import { changeConversations } from './change-conversations.job.js';

@Handles(changeConversations)
export class ChangeConversationsHandler implements JobHandler<{ orderId: string }> {
  constructor(private readonly changes: BulkChangesService) {}

  run({ orderId }: { orderId: string }, context: JobContext): Promise<object> {
    return this.changes.run(orderId, context);
  }
}
