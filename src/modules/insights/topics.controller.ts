import { Body, Controller, Patch, Post, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ChangeTopicDto, PlaceQuestionDto, UniteTopicsDto } from './dto/curation.dtos.js';
import { TopicResponse } from './dto/insights.responses.js';
import { TopicLevelsDiffer } from './insights.errors.js';
import { TopicsService } from './topics.service.js';

@Controller('v1/bots/:botId/insights')
@Topic('Topics: what the team decides about them, and later runs keep to.')
export class TopicsController {
  constructor(private readonly topics: TopicsService) {}

  @Patch('topics/:topicId')
  @Does('Renames a topic or an area, moves a topic to an area, pins or hides it.')
  @Can('update', 'Insight')
  @Answers(200, TopicResponse)
  @Fails(NotFound, TopicLevelsDiffer)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('topicId', 'The topic') topicId: string,
    @Body() body: ChangeTopicDto,
  ): Promise<TopicResponse> {
    return TopicResponse.of(await this.topics.change(actor, botId, topicId, body));
  }

  @Post('topics/:topicId/merge')
  @Does('Makes one topic, or one area, of two.')
  @Can('update', 'Insight')
  @Answers(200, TopicResponse)
  @Fails(NotFound, TopicLevelsDiffer)
  async merge(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('topicId', 'The topic that stays') topicId: string,
    @Body() body: UniteTopicsDto,
  ): Promise<TopicResponse> {
    return TopicResponse.of(await this.topics.unite(actor, botId, topicId, body.topicId));
  }

  @Put('questions/:questionId/topic')
  @Does('Puts a question, in all its phrasings, into a topic, where it stays.')
  @Can('update', 'Insight')
  @Answers(204)
  @Fails(NotFound, TopicLevelsDiffer)
  async place(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('questionId', 'The question') questionId: string,
    @Body() body: PlaceQuestionDto,
  ): Promise<void> {
    await this.topics.place(actor, botId, questionId, body.topicId);
  }
}
