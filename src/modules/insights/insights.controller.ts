import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { RunInsightsDto } from './dto/curation.dtos.js';
import {
  InsightsRunResponse,
  OverviewResponse,
  QuestionPage,
  QuestionResponse,
  TopicFiguresPage,
  TopicFiguresResponse,
} from './dto/insights.responses.js';
import { ListQuestionsQuery, ListTopicsQuery, PeriodQuery } from './dto/period.query.js';
import { InsightsService } from './insights.service.js';

@Controller('v1/bots/:botId/insights')
@Topic('Insights: what people ask a bot, what it cannot answer, and whether that changes.')
export class InsightsController {
  constructor(private readonly insights: InsightsService) {}

  @Post('runs')
  @Does('Brings the insights of a bot up to date.', 'A run that waits already is joined.')
  @Can('run', 'Insight')
  @Answers(202, InsightsRunResponse)
  @Fails(NotFound)
  async run(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Body() body: RunInsightsDto,
  ): Promise<InsightsRunResponse> {
    return InsightsRunResponse.from(await this.insights.run(actor, botId, body.mode));
  }

  @Get('overview')
  @Does('Shows the figures of a period beside those of the one before.')
  @Can('read', 'Insight')
  @Answers(200, OverviewResponse)
  @Fails(NotFound)
  async overview(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: PeriodQuery,
  ): Promise<OverviewResponse> {
    return OverviewResponse.from(await this.insights.overview(actor, botId, query.toPeriod()));
  }

  @Get('topics')
  @Does('Lists topics and areas, those that were asked about most first.')
  @Can('read', 'Insight')
  @Answers(200, TopicFiguresPage)
  @Fails(NotFound)
  async topics(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: ListTopicsQuery,
  ): Promise<TopicFiguresPage> {
    const page = await this.insights.topics(actor, botId, query.toPeriod(), query.toFilter(), query);
    return { ...page, data: page.data.map((topic) => TopicFiguresResponse.from(topic)) };
  }

  @Get('questions')
  @Does('Lists questions, each with all that ask the same, the most frequent first.')
  @Can('read', 'Insight')
  @Answers(200, QuestionPage)
  @Fails(NotFound)
  async questions(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: ListQuestionsQuery,
  ): Promise<QuestionPage> {
    const page = await this.insights.questions(actor, botId, query.toPeriod(), query.toFilter(), query);
    return { ...page, data: page.data.map((question) => QuestionResponse.from(question)) };
  }
}
