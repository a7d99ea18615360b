import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Forbidden, NotFound } from '#common/errors';
import { STILL_PAGE_POLICY } from '#common/html';
import { Does, Fails, sendText, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { TranscriptQuery } from '../dto/transcript.query.js';
import { TranscriptResponse } from '../dto/transcript.response.js';
import { TranscriptsService } from './transcripts.service.js';

const TEXT = { schema: { type: 'string' } } as const;

@Controller('v1/conversations/:conversationId/transcript')
@Topic('Conversations to keep, send and print.')
export class TranscriptsController {
  constructor(private readonly transcripts: TranscriptsService) {}

  @Get()
  @Does(
    'Gives all that was said in one piece.',
    'However long the conversation is: it is written while it is read. As Markdown and HTML everything that anybody said is shown as text, and no markup of it takes effect. As the team sees it, it has the notes of the team, marked as internal. The page loads and runs nothing; it can be printed, and is light or dark as its reader has it.',
  )
  @Can('read', 'Conversation')
  @ApiExtraModels(TranscriptResponse)
  @ApiResponse({
    status: 200,
    description: 'The conversation.',
    content: {
      'text/markdown': TEXT,
      'application/json': { schema: { $ref: getSchemaPath(TranscriptResponse) } },
      'text/html': TEXT,
    },
  })
  @Fails(NotFound, Forbidden)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Query() query: TranscriptQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { pieces, ...file } = await this.transcripts.open(actor, id, query.toWish());
    await sendText(response, { ...file, policy: STILL_PAGE_POLICY }, pieces);
  }
}
