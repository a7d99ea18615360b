import { Controller, Get, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { InvalidFields, NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { TrendsQuery, TrendsResponse } from './dto/trends.dtos.js';
import { TrendsService } from './trends/trends.service.js';

@Controller('v1/bots/:botId/insights/trends')
@Topic('Trends: how figures change, and what is not as usual.')
export class TrendsController {
  constructor(private readonly trends: TrendsService) {}

  @Get()
  @Does('Shows a series of figures with what is unusual in it, and topics that came up or are over.')
  @Can('read', 'Insight')
  @Answers(200, TrendsResponse)
  @Fails(NotFound, InvalidFields)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: TrendsQuery,
  ): Promise<TrendsResponse> {
    return TrendsResponse.from(await this.trends.show(actor, botId, query.toPeriod(), query.toWish()));
  }
}
