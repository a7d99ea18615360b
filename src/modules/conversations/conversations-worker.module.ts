import { Module } from '@nestjs/common';
import { ConversationsModule } from './conversations.module.js';
import { EraseVisitorHandler } from './erasure/erase-visitor.handler.js';
import { ImportConversationsHandler } from './imports/import-conversations.handler.js';
import { PartitionKeeper } from './partitions/partition-keeper.js';
import { ExpireHistoryHandler } from './retention/expire-history.handler.js';
import { RetentionStarter } from './retention/retention-starter.js';

/** What the process that runs jobs has besides the module itself. */
@Module({
  imports: [ConversationsModule],
  providers: [
    EraseVisitorHandler,
    ExpireHistoryHandler,
    ImportConversationsHandler,
    PartitionKeeper,
    RetentionStarter,
  ],
})
export class ConversationsWorkerModule {}
