import { Controller, Get, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { TeamMessagePage, TeamMessageResponse } from '../dto/team-message.response.js';
import { TeamViewService } from './team-view.service.js';

@Controller('v1/conversations/:conversationId/team-view')
@Topic('Conversations as the team sees them.')
export class TeamViewController {
  constructor(private readonly teamView: TeamViewService) {}

  @Get()
  @Does(
    'Lists what was said, in order, with what each answer was made from.',
    'Passages with their scores, the size of the prompt, calls of models, times and costs. Answers from before this was kept, imported ones, and those of bots that keep no text have no `trace`.',
  )
  @Can('inspect', 'Conversation')
  @Answers(200, TeamMessagePage)
  @Fails(NotFound)
  async listMessages(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Query() query: PageQuery,
  ): Promise<TeamMessagePage> {
    const { data, nextCursor } = await this.teamView.listMessages(actor, id, query);
    return { data: data.map((one) => TeamMessageResponse.of(one)), nextCursor };
  }
}
