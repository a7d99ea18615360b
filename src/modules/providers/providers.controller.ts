import { Controller, Get } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Answers, Does, Topic } from '#common/http';
import { ChatModels } from './chat-models.service.js';
import { ProviderPage, ProviderResponse } from './dto/provider.response.js';

@Controller('v1/providers')
@Topic('Providers of models, and what each needs.')
export class ProvidersController {
  constructor(private readonly chatModels: ChatModels) {}

  @Get()
  @Does('Lists the providers of models.')
  @Can('read', 'Model')
  @Answers(200, ProviderPage)
  async list(@CurrentActor() actor: Actor): Promise<ProviderPage> {
    const models = await this.chatModels.accessOf(actor.workspaceId);
    return { data: ProviderResponse.all((provider) => models.isReachable(provider)), nextCursor: null };
  }
}
