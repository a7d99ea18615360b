import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { RepeatsTooOften, UnknownTimezone, UnreadableSchedule } from '#common/schedules';
import { IdParam, PageQuery } from '#common/validation';
import { SubscribeDto, SubscriptionPage, SubscriptionResponse } from './dto/subscription.dtos.js';
import { AlreadySubscribed } from './insights.errors.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';

@Controller('v1/bots/:botId/insights/subscriptions')
@Topic('Insights: what people ask a bot, what it cannot answer, and whether that changes.')
export class ReportSubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Post()
  @Does(
    'Has the report of a bot sent to you by mail, every week unless you say otherwise.',
    'It tells of the seven days before, and has a link that ends it. Nothing is sent to who may not read insights any more.',
  )
  @Can('create', 'ReportSubscription')
  @Answers(201, SubscriptionResponse)
  @Fails(NotFound, AlreadySubscribed, UnreadableSchedule, UnknownTimezone, RepeatsTooOften)
  async create(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Body() body: SubscribeDto,
  ): Promise<SubscriptionResponse> {
    return SubscriptionResponse.from(await this.subscriptions.subscribe(actor, botId, body.schedule));
  }

  @Get()
  @Does(
    'Lists who gets the report of a bot by mail, the oldest first.',
    'Administrators see all, others themselves.',
  )
  @Can('read', 'ReportSubscription')
  @Answers(200, SubscriptionPage)
  @Fails(NotFound)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: PageQuery,
  ): Promise<SubscriptionPage> {
    const { data, nextCursor } = await this.subscriptions.list(actor, botId, query);
    return { data: data.map((one) => SubscriptionResponse.from(one)), nextCursor };
  }

  @Delete(':subscriptionId')
  @Does('Sends no more reports.', 'Administrators end what is sent to others, too.')
  @Can('delete', 'ReportSubscription')
  @Answers(204)
  @Fails(NotFound)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('subscriptionId', 'The subscription') id: string,
  ): Promise<void> {
    await this.subscriptions.remove(actor, botId, id);
  }
}
