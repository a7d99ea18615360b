import { Body, Controller, Delete, Get, Headers, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ClientGone, EventStream, Fails, Streams, wantsEvents, Does, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { ConversationBusy, ConversationHeld, TURN_FAILURES } from './conversations.errors.js';
import { ConversationsService } from './conversations.service.js';
import { AskDto } from './dto/ask.dto.js';
import { ConversationPage, ConversationResponse } from './dto/conversation.response.js';
import { CreateConversationDto } from './dto/create-conversation.dto.js';
import { ListConversationsQuery } from './dto/list-conversations.query.js';
import { MessagePage, MessageResponse, TurnResponse } from './dto/message.response.js';
import { toServerEvents, TURN_EVENTS } from './dto/turn-events.js';

@Controller('v1')
@Topic('Talking with a bot, and all that was said.')
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post('bots/:botId/conversations')
  @Does('Opens a conversation with a bot.')
  @Can('chat', 'Bot')
  @Answers(201, ConversationResponse)
  @Fails(NotFound)
  async create(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Body() body: CreateConversationDto,
  ): Promise<ConversationResponse> {
    return ConversationResponse.from(await this.conversations.create(actor, botId, body));
  }

  @Get('conversations')
  @Does('Lists conversations, the one that began last first.')
  @Can('read', 'Conversation')
  @Answers(200, ConversationPage)
  async list(
    @CurrentActor() actor: Actor,
    @Query() query: ListConversationsQuery,
  ): Promise<ConversationPage> {
    const { data, nextCursor } = await this.conversations.list(actor, query.toFilter(), query);
    return { data: data.map((one) => ConversationResponse.from(one)), nextCursor };
  }

  @Get('conversations/:conversationId')
  @Does('Shows a conversation.')
  @Can('read', 'Conversation')
  @Answers(200, ConversationResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<ConversationResponse> {
    return ConversationResponse.from(await this.conversations.get(actor, id));
  }

  @Delete('conversations/:conversationId')
  @Does('Removes a conversation with all that was said in it.')
  @Can('delete', 'Conversation')
  @Answers(204)
  @Fails(NotFound, ConversationHeld)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.conversations.remove(actor, id);
  }

  @Get('conversations/:conversationId/messages')
  @Does('Lists what was said, in order.')
  @Can('read', 'Conversation')
  @Answers(200, MessagePage)
  @Fails(NotFound)
  async listMessages(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Query() query: PageQuery,
  ): Promise<MessagePage> {
    const { data, nextCursor } = await this.conversations.listMessages(actor, id, query);
    return { data: data.map((view) => MessageResponse.from(view)), nextCursor };
  }

  @Post('conversations/:conversationId/messages')
  @Does(
    'Says something to the bot.',
    'With `Accept: text/event-stream` the answer comes as events: `message.started`, `message.delta` for each piece of text, and at the end one of `message.completed` and `error`. Closing the connection stops the model; what it had said is kept. A model that fails answers a problem or the event `error`; question and failure are kept.',
  )
  @Can('chat', 'Conversation')
  @Streams(TURN_EVENTS, TurnResponse)
  @Fails(NotFound, ConversationBusy, ...TURN_FAILURES)
  async ask(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Body() { content }: AskDto,
    @Headers('accept') accept: string | undefined,
    @ClientGone() gone: AbortSignal,
  ): Promise<TurnResponse | EventStream> {
    return wantsEvents(accept)
      ? EventStream.open((left) =>
          toServerEvents(this.conversations.ask(actor, id, content, AbortSignal.any([left, gone]))),
        )
      : TurnResponse.from(await this.conversations.askAndWait(actor, id, content, gone));
  }
}
