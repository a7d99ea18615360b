import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { ChatModels } from './chat-models.service.js';
import { ModelPage, ModelResponse } from './dto/model.response.js';
import { ModelOverridePage, ModelOverrideResponse } from './overrides/dto/model-override.response.js';
import { PutModelOverrideDto } from './overrides/dto/put-model-override.dto.js';
import { ModelOverridesService } from './overrides/model-overrides.service.js';
import { ProviderLimitReached } from './providers.errors.js';

@Controller('v1')
@Topic('Models that bots can answer with.')
export class ModelsController {
  constructor(
    private readonly chatModels: ChatModels,
    private readonly overrides: ModelOverridesService,
  ) {}

  @Get('models')
  @Does(
    'Lists the models that a bot can answer with, with limits, abilities and prices.',
    'A configured provider may know others too; what is not known of a model is null.',
  )
  @Can('read', 'Model')
  @Answers(200, ModelPage)
  async list(@CurrentActor() actor: Actor): Promise<ModelPage> {
    const models = await this.chatModels.accessOf(actor.workspaceId);
    return { data: models.list().map((model) => ModelResponse.from(model)), nextCursor: null };
  }

  @Get('model-overrides')
  @Does('Lists what the workspace has said of models, newest first.')
  @Can('read', 'Model')
  @Answers(200, ModelOverridePage)
  async listOverrides(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ModelOverridePage> {
    const { data, nextCursor } = await this.overrides.list(actor, query);
    return { data: data.map((override) => ModelOverrideResponse.from(override)), nextCursor };
  }

  @Put('model-overrides')
  @Does(
    'Says limits and price of a model, in place of what the catalogue says, or of one that it does not know.',
  )
  @Can('update', 'Model')
  @Answers(200, ModelOverrideResponse)
  @Fails(ProviderLimitReached)
  async putOverride(
    @CurrentActor() actor: Actor,
    @Body() body: PutModelOverrideDto,
  ): Promise<ModelOverrideResponse> {
    return ModelOverrideResponse.from(await this.overrides.put(actor, body.toDraft()));
  }

  @Delete('model-overrides/:overrideId')
  @Does('Lets the catalogue count again.')
  @Can('update', 'Model')
  @Answers(204)
  @Fails(NotFound)
  async removeOverride(
    @CurrentActor() actor: Actor,
    @IdParam('overrideId', 'What was said of the model') id: string,
  ): Promise<void> {
    await this.overrides.remove(actor, id);
  }
}
