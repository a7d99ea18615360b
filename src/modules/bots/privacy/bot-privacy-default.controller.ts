import { Body, Controller, Get, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Answers, Does, Topic } from '#common/http';
import { BotPrivacyService } from './bot-privacy.service.js';
import { BotPrivacyDefaultDto } from './dto/bot-privacy.dto.js';
import { BotPrivacyDefaultResponse } from './dto/bot-privacy.response.js';

@Controller('v1/workspace/bot-privacy')
@Topic('What new bots of the workspace keep of their conversations.')
export class BotPrivacyDefaultController {
  constructor(private readonly privacy: BotPrivacyService) {}

  @Get()
  @Does('Shows what new bots keep of their conversations.')
  @Can('read', 'Bot')
  @Answers(200, BotPrivacyDefaultResponse)
  async get(@CurrentActor() actor: Actor): Promise<BotPrivacyDefaultResponse> {
    return BotPrivacyDefaultResponse.of(await this.privacy.getDefault(actor));
  }

  @Put()
  @Does(
    'Says what new bots keep of their conversations; what is left out is as by default.',
    'Bots that are there stay as they are. What a bot keeps can still be changed for that bot alone.',
  )
  @Can('protect', 'Bot')
  @Answers(200, BotPrivacyDefaultResponse)
  async set(
    @CurrentActor() actor: Actor,
    @Body() body: BotPrivacyDefaultDto,
  ): Promise<BotPrivacyDefaultResponse> {
    return BotPrivacyDefaultResponse.of(await this.privacy.setDefault(actor, body));
  }
}
