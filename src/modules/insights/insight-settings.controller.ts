import { Body, Controller, Get, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { InvalidFields, NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ProviderNotConfigured, UnknownModel } from '#modules/providers';
import { ChangeInsightSettingsDto, InsightSettingsResponse } from './dto/insight-settings.dtos.js';
import { InsightSettingsService } from './settings/insight-settings.service.js';

@Controller('v1/bots/:botId/insights/settings')
@Topic('Insights: what people ask a bot, what it cannot answer, and whether that changes.')
export class InsightSettingsController {
  constructor(private readonly settings: InsightSettingsService) {}

  @Get()
  @Does('Shows what is chosen for the insights of a bot.')
  @Can('read', 'Insight')
  @Answers(200, InsightSettingsResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
  ): Promise<InsightSettingsResponse> {
    return InsightSettingsResponse.from(await this.settings.get(actor, botId));
  }

  @Put()
  @Does('Chooses which model names topics, if any. The next run asks it.')
  @Can('configure', 'Insight')
  @Answers(200, InsightSettingsResponse)
  @Fails(NotFound, InvalidFields, UnknownModel, ProviderNotConfigured)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Body() body: ChangeInsightSettingsDto,
  ): Promise<InsightSettingsResponse> {
    return InsightSettingsResponse.from(await this.settings.change(actor, botId, body));
  }
}
