import { Controller, Get } from '@nestjs/common';
import { Can } from '#common/access';
import { Answers, Does, Topic } from '#common/http';
import { ChatModels } from './chat-models.service.js';
import { ModelPage, ModelResponse } from './dto/model.response.js';

@Controller('v1/models')
@Topic('Models that bots can answer with.')
export class ModelsController {
  constructor(private readonly chatModels: ChatModels) {}

  @Get()
  @Does('Lists the models that a bot can answer with. A configured provider may know others too.')
  @Can('read', 'Model')
  @Answers(200, ModelPage)
  list(): ModelPage {
    return { data: this.chatModels.list().map((model) => ModelResponse.from(model)), nextCursor: null };
  }
}
