import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { ImportConversations } from './import-conversations.js';
import { importConversations } from './import-conversations.job.js';

@Handles(importConversations)
export class ImportConversationsHandler implements JobHandler<{ importId: string }> {
  constructor(private readonly imports: ImportConversations) {}

  run({ importId }: { importId: string }, context: JobContext): Promise<object> {
    return this.imports.execute(importId, context);
  }

  abandon({ importId }: { importId: string }): Promise<void> {
    return this.imports.giveUp(importId);
  }
}
