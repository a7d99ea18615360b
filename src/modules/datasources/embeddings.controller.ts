import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ClientGone, Does, Fails, Topic } from '#common/http';
import { ANSWER_FAILURES, BudgetExhausted, ProviderNotConfigured } from '#modules/providers';
import { ChooseEmbeddingsDto } from './dto/choose-embeddings.dto.js';
import { ChangedEmbeddingsResponse, EmbeddingsResponse } from './dto/embeddings.responses.js';
import { EmbeddingsService } from './embeddings.service.js';

@Controller('v1/workspace/embeddings')
@Topic('The model that turns passages and questions into vectors, by which a workspace is searched.')
export class EmbeddingsController {
  constructor(private readonly embeddings: EmbeddingsService) {}

  @Get()
  @Does('Shows the model that the workspace embeds with, and how far a change of it is.')
  @Can('read', 'Model')
  @Answers(200, EmbeddingsResponse)
  @Fails(ProviderNotConfigured)
  async get(@CurrentActor() actor: Actor): Promise<EmbeddingsResponse> {
    return EmbeddingsResponse.from(await this.embeddings.show(actor));
  }

  @Put()
  @Does(
    'Chooses the model that the workspace embeds with.',
    'The model is asked for one vector first; when it does not answer, nothing changes. Then every passage gets a new vector, and until the last one is there the old ones answer.',
  )
  @Can('update', 'Model')
  @Answers(202, ChangedEmbeddingsResponse)
  @Fails(NotFound, BudgetExhausted, ...ANSWER_FAILURES)
  async choose(
    @CurrentActor() actor: Actor,
    @Body() body: ChooseEmbeddingsDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<ChangedEmbeddingsResponse> {
    return ChangedEmbeddingsResponse.fromChange(await this.embeddings.choose(actor, body.toWish(), gone));
  }

  @Delete()
  @Does('Lets the workspace embed with the model of the installation again.')
  @Can('update', 'Model')
  @Answers(202, ChangedEmbeddingsResponse)
  @Fails(ProviderNotConfigured)
  async reset(@CurrentActor() actor: Actor): Promise<ChangedEmbeddingsResponse> {
    return ChangedEmbeddingsResponse.fromChange(await this.embeddings.reset(actor));
  }
}
