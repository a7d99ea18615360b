import { Module } from '@nestjs/common';
import { ConversationsModule } from './conversations.module.js';
import { ChangeConversationsHandler } from './jobs/change-conversations.handler.js';
import { MessageIndexer } from './search/message-indexer.js';

/** What the process that runs jobs has besides the module itself. */
@Module({ imports: [ConversationsModule], providers: [ChangeConversationsHandler, MessageIndexer] })
export class ConversationsWorkerModule {}
