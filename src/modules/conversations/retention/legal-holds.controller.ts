import { Controller, Delete, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { LegalHoldsService } from './legal-holds.service.js';

@Controller('v1/conversations/:conversationId/legal-hold')
@Topic('Conversations that have to be kept.')
export class LegalHoldsController {
  constructor(private readonly holds: LegalHoldsService) {}

  @Put()
  @Does('Keeps a conversation, whatever its age: it cannot be deleted in any way, nor its person be erased.')
  @Can('hold', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async place(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.holds.place(actor, id);
  }

  @Delete()
  @Does('Lets a conversation grow old again. That of its bot counts all the same.')
  @Can('hold', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async lift(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.holds.lift(actor, id);
  }
}
