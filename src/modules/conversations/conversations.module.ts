import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AuthModule } from '#modules/auth';
import { BotsModule } from '#modules/bots';
import { DatasourcesModule } from '#modules/datasources';
import { ProvidersModule } from '#modules/providers';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import { ConversationRows } from './rows/conversation-rows.js';
import { ConversationRowsRepository } from './rows/conversation-rows.repository.js';
import { Conversation } from './entities/conversation.entity.js';
import { Message } from './entities/message.entity.js';
import { MessageCitation } from './entities/message-citation.entity.js';
import { MessageFeedback } from './entities/message-feedback.entity.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { ConversationTopicsRepository } from './conversation-topics.repository.js';
import { ConversationTopics } from './conversation-topics.js';
import { IndexMessages } from './search/index-messages.js';
import { MessageHitsRepository } from './search/message-hits.repository.js';
import { MessageSearchRepository } from './search/message-search.repository.js';
import { BulkChangesService } from './inbox/bulk-changes.service.js';
import { FilterReferences } from './inbox/filter-references.js';
import { InboxController } from './inbox.controller.js';
import { InboxRepository } from './inbox/inbox.repository.js';
import { InboxService } from './inbox/inbox.service.js';
import { ViewsRepository } from './inbox/views.repository.js';
import { ViewsService } from './inbox/views.service.js';
import { ConversationViewsController } from './conversation-views.controller.js';
import { CorrectionsController } from './corrections.controller.js';
import { CorrectionsRepository } from './corrections/corrections.repository.js';
import { CorrectionsService } from './corrections/corrections.service.js';
import { RenewPlaces } from './search/renew-places.js';
import { SearchMessages } from './search/search-messages.js';
import { EraseVisitor } from './erasure/erase-visitor.js';
import { ErasuresController } from './erasure/erasures.controller.js';
import { ErasuresRepository } from './erasure/erasures.repository.js';
import { ErasuresService } from './erasure/erasures.service.js';
import { VisitorErasers } from './erasure/visitor-erasers.js';
import { ConversationImportsController } from './imports/conversation-imports.controller.js';
import { ConversationImportsRepository } from './imports/conversation-imports.repository.js';
import { ConversationImportsService } from './imports/conversation-imports.service.js';
import { ImportConversations } from './imports/import-conversations.js';
import { ImportFilesEraser } from './imports/import-files.eraser.js';
import { ImportedHistoryRepository } from './imports/imported-history.repository.js';
import { HandoversController } from './handover/handovers.controller.js';
import { HandoversRepository } from './handover/handovers.repository.js';
import { HandoversService } from './handover/handovers.service.js';
import { HistoryPartitions } from './partitions/history-partitions.js';
import { HistoryPartitionsRepository } from './partitions/history-partitions.repository.js';
import { TeamViewController } from './team-view/team-view.controller.js';
import { TeamViewService } from './team-view/team-view.service.js';
import { TranscriptsController } from './transcripts/transcripts.controller.js';
import { TranscriptsRepository } from './transcripts/transcripts.repository.js';
import { TranscriptsService } from './transcripts/transcripts.service.js';
import { PatternsPersonalDataFinder } from './privacy/adapters/patterns/patterns.personal-data-finder.js';
import { PersonalDataFinder } from './privacy/ports/personal-data-finder.port.js';
import { PrivacyRepository } from './privacy/privacy.repository.js';
import { RecentTalk } from './privacy/recent-talk.js';
import { Redaction } from './privacy/redaction.js';
import { WhatIsKept } from './privacy/what-is-kept.js';
import { DropPastPartitions } from './retention/drop-past-partitions.js';
import { ExpireHistory } from './retention/expire-history.js';
import { HistoryRemovalRepository } from './retention/history-removal.repository.js';
import { LegalHoldsController } from './retention/legal-holds.controller.js';
import { LegalHoldsService } from './retention/legal-holds.service.js';
import { TurnRecordsRepository } from './turn-records.repository.js';
import { TurnsRepository } from './turns.repository.js';
import { TurnsService } from './turns.service.js';
import { AnswerMessage } from './use-cases/answer-message.js';
import { AskModel } from './use-cases/ask-model.js';
import { KeepAnswer } from './use-cases/keep-answer.js';
import { AnswerFromTables } from './use-cases/answer-from-tables.js';
import { BotTools } from './use-cases/bot-tools.js';
import { CloseAbandonedTurns } from './use-cases/close-abandoned-turns.js';
import { ReadTurns } from './use-cases/read-turns.js';

@Module({
  imports: [
    AuthModule,
    MikroOrmModule.forFeature([Conversation, Message, MessageCitation, MessageFeedback]),
    BotsModule,
    DatasourcesModule,
    ProvidersModule,
  ],
  controllers: [
    ConversationsController,
    InboxController,
    ConversationImportsController,
    ConversationViewsController,
    CorrectionsController,
    ErasuresController,
    HandoversController,
    LegalHoldsController,
    MessagesController,
    TeamViewController,
    TranscriptsController,
  ],
  providers: [
    AnswerMessage,
    AskModel,
    KeepAnswer,
    AnswerFromTables,
    BotTools,
    CloseAbandonedTurns,
    ConversationRows,
    ConversationRowsRepository,
    ConversationsRepository,
    ConversationTopics,
    ConversationTopicsRepository,
    ConversationsService,
    ConversationImportsRepository,
    ConversationImportsService,
    ImportConversations,
    ImportFilesEraser,
    ImportedHistoryRepository,
    DropPastPartitions,
    EraseVisitor,
    ErasuresRepository,
    ErasuresService,
    ExpireHistory,
    HandoversRepository,
    HandoversService,
    HistoryPartitions,
    HistoryPartitionsRepository,
    HistoryRemovalRepository,
    LegalHoldsService,
    MessagesRepository,
    IndexMessages,
    MessageHitsRepository,
    MessageSearchRepository,
    RenewPlaces,
    BulkChangesService,
    CorrectionsRepository,
    CorrectionsService,
    InboxRepository,
    InboxService,
    ViewsRepository,
    FilterReferences,
    ViewsService,
    SearchMessages,
    { provide: PersonalDataFinder, useClass: PatternsPersonalDataFinder },
    PrivacyRepository,
    RecentTalk,
    VisitorErasers,
    Redaction,
    WhatIsKept,
    ReadTurns,
    TeamViewService,
    TranscriptsRepository,
    TranscriptsService,
    TurnRecordsRepository,
    TurnsRepository,
    TurnsService,
  ],
  exports: [
    BulkChangesService,
    CorrectionsService,
    ConversationRows,
    ConversationsService,
    ConversationTopics,
    FilterReferences,
    IndexMessages,
    MessageSearchRepository,
    RenewPlaces,
    DropPastPartitions,
    EraseVisitor,
    ExpireHistory,
    HistoryPartitions,
    HistoryRemovalRepository,
    ImportConversations,
    ReadTurns,
    VisitorErasers,
  ],
})
export class ConversationsModule {}
