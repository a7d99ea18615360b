import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { EraseVisitorDto } from './dto/erase-visitor.dto.js';
import { ErasurePage, ErasureResponse } from './dto/erasure.response.js';
import { ConversationHeld } from '../conversations.errors.js';
import { ErasuresService } from './erasures.service.js';

@Controller('v1/erasures')
@Topic('Forgetting people: everything that was kept of one, everywhere.')
export class ErasuresController {
  constructor(private readonly erasures: ErasuresService) {}

  @Post()
  @Does(
    'Forgets one person: conversations, messages, citations, feedback, notes, exports and samples.',
    'A job does it; what arrives from this person meanwhile is removed as well. `erasures.get` is the certificate. Conversations without an `externalUserId` are nobody’s; delete them one by one.',
  )
  @Can('create', 'Erasure')
  @Answers(202, ErasureResponse)
  @Fails(ConversationHeld)
  async start(
    @CurrentActor() actor: Actor,
    @Body() { externalUserId }: EraseVisitorDto,
  ): Promise<ErasureResponse> {
    return ErasureResponse.from(await this.erasures.start(actor, externalUserId));
  }

  @Get()
  @Does('Lists who was forgotten, latest first, by hashes.')
  @Can('read', 'Erasure')
  @Answers(200, ErasurePage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ErasurePage> {
    const { data, nextCursor } = await this.erasures.list(actor, query);
    return { data: data.map((one) => ErasureResponse.from(one)), nextCursor };
  }

  @Get(':erasureId')
  @Does('Shows what was removed: the certificate of an erasure.')
  @Can('read', 'Erasure')
  @Answers(200, ErasureResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('erasureId', 'The erasure') id: string,
  ): Promise<ErasureResponse> {
    return ErasureResponse.from(await this.erasures.get(actor, id));
  }
}
