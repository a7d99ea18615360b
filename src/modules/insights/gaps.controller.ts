import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { InvalidFields, NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { TooManyQuestions } from '#modules/datasources';
import {
  ChangeGapDto,
  FixGapDto,
  GapDetailResponse,
  GapPage,
  GapResponse,
  ListGapsQuery,
} from './dto/gaps.dtos.js';
import { InsightsRunResponse } from './dto/insights.responses.js';
import { GapsService } from './gaps.service.js';

@Controller('v1/bots/:botId/insights/gaps')
@Topic('Gaps: what people ask a bot in vain, and whether a fix helps.')
export class GapsController {
  constructor(private readonly gaps: GapsService) {}

  @Get()
  @Does('Lists gaps, those that most people met first.')
  @Can('read', 'Insight')
  @Answers(200, GapPage)
  @Fails(NotFound)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: ListGapsQuery,
  ): Promise<GapPage> {
    const { data, nextCursor } = await this.gaps.list(actor, botId, query.state ?? null, query);
    return { data: data.map((gap) => GapResponse.of(gap)), nextCursor };
  }

  @Get(':gapId')
  @Does('Shows a gap, how it was asked, where, and what comes closest to an answer.')
  @Can('read', 'Insight')
  @Answers(200, GapDetailResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('gapId', 'The gap') gapId: string,
  ): Promise<GapDetailResponse> {
    return GapDetailResponse.from(await this.gaps.get(actor, botId, gapId));
  }

  @Patch(':gapId')
  @Does('Says what becomes of a gap.')
  @Can('update', 'Insight')
  @Answers(200, GapResponse)
  @Fails(NotFound)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('gapId', 'The gap') gapId: string,
    @Body() body: ChangeGapDto,
  ): Promise<GapResponse> {
    return GapResponse.of(await this.gaps.changeState(actor, botId, gapId, body.state));
  }

  @Post(':gapId/fix')
  @Does(
    'Gives the bot the answer, and marks the gap as fixed.',
    'An answer goes into the source of questions and answers that the bot learns into, which a job then reads; have the questions asked again when it is ready.',
  )
  @Can('fix', 'Insight')
  @Answers(200, GapResponse)
  @Fails(NotFound, InvalidFields, TooManyQuestions)
  async fix(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('gapId', 'The gap') gapId: string,
    @Body() body: FixGapDto,
  ): Promise<GapResponse> {
    return GapResponse.of(await this.gaps.fix(actor, botId, gapId, body));
  }

  @Post(':gapId/replay')
  @Does(
    'Asks the bot the questions of a gap again, and keeps what it answered.',
    'No conversation of a visitor comes of it, and figures leave it out; what the models cost is in the ledger.',
  )
  @Can('fix', 'Insight')
  @Answers(202, InsightsRunResponse)
  @Fails(NotFound)
  async replay(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @IdParam('gapId', 'The gap') gapId: string,
  ): Promise<InsightsRunResponse> {
    return InsightsRunResponse.from(await this.gaps.replay(actor, botId, gapId));
  }
}
