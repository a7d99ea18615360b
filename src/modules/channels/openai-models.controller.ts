import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Answers, Does, Fails, Topic } from '#common/http';
import { ModelNotFound } from './channels.errors.js';
import { OpenAiModelList, OpenAiModelResponse } from './dto/openai-models.responses.js';
import { OpenAiService } from './openai.service.js';

@Controller('openai/v1/models')
@Topic('Bots as the models of an OpenAI-compatible endpoint.')
export class OpenAiModelsController {
  constructor(private readonly openAi: OpenAiService) {}

  @Get()
  @Does('Lists the bots as models, newest first, 1,000 at most.')
  @Can('read', 'Bot')
  @Answers(200, OpenAiModelList)
  async list(@CurrentActor() actor: Actor): Promise<OpenAiModelList> {
    return OpenAiModelList.from(await this.openAi.listBots(actor));
  }

  @Get(':model')
  @Does('Shows a bot as a model.')
  @Can('read', 'Bot')
  @ApiParam({ name: 'model', description: 'The slug or the id of a bot, also with `bot:` before it.' })
  @Answers(200, OpenAiModelResponse)
  @Fails(ModelNotFound)
  async get(@CurrentActor() actor: Actor, @Param('model') model: string): Promise<OpenAiModelResponse> {
    return OpenAiModelResponse.from(await this.openAi.getBot(actor, model));
  }
}
