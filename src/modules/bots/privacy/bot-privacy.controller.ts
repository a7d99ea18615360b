import { Body, Controller, Get, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { BotPrivacyService } from './bot-privacy.service.js';
import { BotPrivacyDto } from './dto/bot-privacy.dto.js';
import { BotPrivacyResponse } from './dto/bot-privacy.response.js';

@Controller('v1/bots/:botId/privacy')
@Topic("What is kept of a bot's conversations, and for how long.")
export class BotPrivacyController {
  constructor(private readonly privacy: BotPrivacyService) {}

  @Get()
  @Does("Shows what is kept of a bot's conversations.")
  @Can('read', 'Bot')
  @Answers(200, BotPrivacyResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
  ): Promise<BotPrivacyResponse> {
    return BotPrivacyResponse.from(await this.privacy.get(actor, id));
  }

  @Put()
  @Does(
    "Says what is kept of a bot's conversations; what is left out is as by default.",
    'Counts from the next message on. What was kept before stays as it is, until it is old enough or erased.',
  )
  @Can('protect', 'Bot')
  @Answers(200, BotPrivacyResponse)
  @Fails(NotFound)
  async set(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
    @Body() body: BotPrivacyDto,
  ): Promise<BotPrivacyResponse> {
    return BotPrivacyResponse.from(await this.privacy.set(actor, id, body));
  }
}
