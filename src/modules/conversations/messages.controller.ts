import { Body, Controller, Post } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Fails, Does, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { NotAnAnswer } from './conversations.errors.js';
import { ConversationsService } from './conversations.service.js';
import { MessageResponse } from './dto/message.response.js';
import { RateMessageDto } from './dto/rate-message.dto.js';

@Controller('v1/messages')
@Topic('What people think of answers.')
export class MessagesController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post(':messageId/feedback')
  @Does('Rates an answer. A later rating takes the place of an earlier one.')
  @Can('rate', 'Conversation')
  @Answers(200, MessageResponse)
  @Fails(NotFound, NotAnAnswer)
  async rate(
    @CurrentActor() actor: Actor,
    @IdParam('messageId', 'The message') id: string,
    @Body() body: RateMessageDto,
  ): Promise<MessageResponse> {
    return MessageResponse.from(await this.conversations.rate(actor, id, body));
  }
}
