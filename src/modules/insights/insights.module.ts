import { Module } from '@nestjs/common';
import { BotsModule } from '#modules/bots';
import { ConversationsModule } from '#modules/conversations';
import { DatasourcesModule } from '#modules/datasources';
import { ProvidersModule } from '#modules/providers';
import { EnergeticSentenceModel } from './adapters/energetic/energetic.sentence-model.js';
import { ThreadedTopicFinder } from './adapters/graph/threaded.topic-finder.js';
import { FiguresRepository } from './figures.repository.js';
import { InsightsController } from './insights.controller.js';
import { InsightsService } from './insights.service.js';
import { SentenceModel } from './ports/sentence-model.port.js';
import { TopicFinder } from './ports/topic-finder.port.js';
import { TopicsController } from './topics.controller.js';
import { TopicsRepository } from './topics.repository.js';
import { TopicsService } from './topics.service.js';
import { InsightTurnsRepository } from './turns.repository.js';
import { EmbedQuestions } from './use-cases/embed-questions.js';
import { GatherTurns } from './use-cases/gather-turns.js';
import { GroupQuestions } from './use-cases/group-questions.js';
import { RunInsights } from './use-cases/run-insights.js';

@Module({
  imports: [BotsModule, ConversationsModule, DatasourcesModule, ProvidersModule],
  controllers: [InsightsController, TopicsController],
  providers: [
    EmbedQuestions,
    FiguresRepository,
    GatherTurns,
    GroupQuestions,
    InsightsService,
    InsightTurnsRepository,
    RunInsights,
    TopicsRepository,
    TopicsService,
    { provide: SentenceModel, useFactory: () => new EnergeticSentenceModel() },
    { provide: TopicFinder, useFactory: () => new ThreadedTopicFinder() },
  ],
  exports: [InsightsService, RunInsights],
})
export class InsightsModule {}
