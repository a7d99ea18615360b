import { Module } from '@nestjs/common';
import { AuthModule } from '#modules/auth';
import { BotsModule } from '#modules/bots';
import { ConversationsModule } from '#modules/conversations';
import { DatasourcesModule } from '#modules/datasources';
import { ProvidersModule } from '#modules/providers';
import { EnergeticSentenceModel } from './adapters/energetic/energetic.sentence-model.js';
import { ThreadedTopicFinder } from './adapters/graph/threaded.topic-finder.js';
import { EchartsChartRenderer } from './adapters/echarts/echarts.chart-renderer.js';
import { FiguresRepository } from './figures.repository.js';
import { GapsController } from './gaps.controller.js';
import { GapsRepository } from './gaps.repository.js';
import { GapsService } from './gaps.service.js';
import { InsightsController } from './insights.controller.js';
import { InsightSettingsController } from './insight-settings.controller.js';
import { InsightsService } from './insights.service.js';
import { ChartRenderer } from './ports/chart-renderer.port.js';
import { InsightSettingsRepository } from './settings/insight-settings.repository.js';
import { InsightSettingsService } from './settings/insight-settings.service.js';
import { SentenceModel } from './ports/sentence-model.port.js';
import { TopicFinder } from './ports/topic-finder.port.js';
import { ReportController } from './report.controller.js';
import { ReportSubscriptionsController } from './report-subscriptions.controller.js';
import { ReportsService } from './report/reports.service.js';
import { SubscriptionsRepository } from './subscriptions/subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';
import { UnsubscribeLinks } from './subscriptions/unsubscribe-links.js';
import { TopicsController } from './topics.controller.js';
import { TopicRows } from './topic-rows.js';
import { TopicsRepository } from './topics.repository.js';
import { TopicsService } from './topics.service.js';
import { TrendsController } from './trends.controller.js';
import { TrendsRepository } from './trends/trends.repository.js';
import { TrendsService } from './trends/trends.service.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { InsightTurnsRepository } from './turns.repository.js';
import { EmbedQuestions } from './use-cases/embed-questions.js';
import { GatherTurns } from './use-cases/gather-turns.js';
import { GroupQuestions } from './use-cases/group-questions.js';
import { NameTopics } from './use-cases/name-topics.js';
import { NoteGaps } from './use-cases/note-gaps.js';
import { ReplayGap } from './use-cases/replay-gap.js';
import { RunInsights } from './use-cases/run-insights.js';
import { SendReport } from './use-cases/send-report.js';
import { TellTopics } from './use-cases/tell-topics.js';

@Module({
  imports: [AuthModule, BotsModule, ConversationsModule, DatasourcesModule, ProvidersModule],
  controllers: [
    InsightsController,
    InsightSettingsController,
    TopicsController,
    GapsController,
    TrendsController,
    ReportController,
    ReportSubscriptionsController,
    UnsubscribeController,
  ],
  providers: [
    EmbedQuestions,
    FiguresRepository,
    GapsRepository,
    GapsService,
    GatherTurns,
    GroupQuestions,
    InsightSettingsRepository,
    InsightSettingsService,
    InsightsService,
    InsightTurnsRepository,
    NameTopics,
    NoteGaps,
    ReplayGap,
    ReportsService,
    RunInsights,
    SendReport,
    SubscriptionsRepository,
    SubscriptionsService,
    TellTopics,
    TopicRows,
    TopicsRepository,
    TopicsService,
    TrendsRepository,
    TrendsService,
    UnsubscribeLinks,
    { provide: ChartRenderer, useFactory: () => new EchartsChartRenderer() },
    { provide: SentenceModel, useFactory: () => new EnergeticSentenceModel() },
    { provide: TopicFinder, useFactory: () => new ThreadedTopicFinder() },
  ],
  exports: [
    InsightsService,
    InsightTurnsRepository,
    ReplayGap,
    ReportsService,
    RunInsights,
    SendReport,
    TellTopics,
    TopicRows,
  ],
})
export class InsightsModule {}
