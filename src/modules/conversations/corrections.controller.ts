import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Forbidden, NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { NotQuestions, TooManyQuestions } from '#modules/datasources';
import { NotAnAnswer } from './conversations.errors.js';
import { CorrectionsService } from './corrections/corrections.service.js';
import {
  CorrectionResponse,
  LearnCorrectionDto,
  LearnedCorrectionResponse,
  PutCorrectionDto,
} from './dto/correction.dto.js';

@Controller('v1/messages/:messageId/correction')
@Topic('What answers should have been, as people say, and having bots learn it.')
export class CorrectionsController {
  constructor(private readonly corrections: CorrectionsService) {}

  @Get()
  @Does('Shows what an answer should have been.')
  @Can('read', 'Conversation')
  @Answers(200, CorrectionResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('messageId', 'The answer') id: string,
  ): Promise<CorrectionResponse> {
    return CorrectionResponse.from(await this.corrections.get(actor, id));
  }

  @Put()
  @Does('Says what an answer should have been. The answer itself stays as it was given.')
  @Can('correct', 'Conversation')
  @Answers(200, CorrectionResponse)
  @Fails(NotFound, NotAnAnswer)
  async put(
    @CurrentActor() actor: Actor,
    @IdParam('messageId', 'The answer') id: string,
    @Body() body: PutCorrectionDto,
  ): Promise<CorrectionResponse> {
    return CorrectionResponse.from(await this.corrections.put(actor, id, body));
  }

  @Delete()
  @Does('Takes a correction back. What was learned from it stays.')
  @Can('correct', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async remove(@CurrentActor() actor: Actor, @IdParam('messageId', 'The answer') id: string): Promise<void> {
    await this.corrections.remove(actor, id);
  }

  @Post('learn')
  @Does(
    'Has the bot learn a correction.',
    'Puts question and answer into a source of questions and answers that the bot answers from. Repeated, the pair is changed. Needs the right to change sources, too.',
  )
  @Can('update', 'Datasource')
  @Answers(202, LearnedCorrectionResponse)
  @Fails(NotFound, Forbidden, NotQuestions, TooManyQuestions)
  async learn(
    @CurrentActor() actor: Actor,
    @IdParam('messageId', 'The answer') id: string,
    @Body() { datasourceId }: LearnCorrectionDto,
  ): Promise<LearnedCorrectionResponse> {
    return LearnedCorrectionResponse.fromLearned(await this.corrections.learn(actor, id, datasourceId));
  }
}
