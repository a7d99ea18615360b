import { Body, Controller, Delete, Post, Put } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ClientGone, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ConversationBusy, NotHandedOver, TextNotKept } from '../conversations.errors.js';
import { ReplyDto } from '../dto/ask.dto.js';
import { MessageResponse } from '../dto/message.response.js';
import { HandoversService } from './handovers.service.js';

@Controller('v1/conversations/:conversationId')
@Topic('People who answer in place of a bot.')
export class HandoversController {
  constructor(private readonly handovers: HandoversService) {}

  @Put('handover')
  @Does(
    'Takes a conversation over: its bot is silent until it is handed back.',
    'An answer that is being given is stopped, and what was said of it stays. Questions are kept, and count as unread.',
  )
  @Can('reply', 'Conversation')
  @Answers(204)
  @Fails(NotFound, TextNotKept)
  async takeOver(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.handovers.takeOver(actor, id);
  }

  @Delete('handover')
  @Does('Hands a conversation back: its bot answers the next question, and knows what people have said.')
  @Can('reply', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async handBack(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.handovers.handBack(actor, id);
  }

  @Post('replies')
  @Does('Says something in place of the bot, in a conversation that was taken over.')
  @Can('reply', 'Conversation')
  @Answers(201, MessageResponse)
  @Fails(NotFound, NotHandedOver, TextNotKept, ConversationBusy)
  async reply(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Body() { content }: ReplyDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<MessageResponse> {
    return MessageResponse.from(await this.handovers.reply(actor, id, content, gone));
  }
}
