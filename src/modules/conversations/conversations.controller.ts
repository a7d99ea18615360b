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
import { AskedResponse, MessagePage, MessageResponse } from './dto/message.response.js';
import { ASKED_EVENTS, toServerEvents } from './dto/turn-events.js';
import { InboxService } from './inbox/inbox.service.js';

@Controller('v1')
@Topic('Talking with a bot, and all that was said.')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly inbox: InboxService,
  ) {}

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
    return ConversationResponse.from(await this.conversations.create(actor, botId, body), new Map());
  }

  @Get('conversations')
  @Does(
    'Lists conversations, the one that began last first.',
    'With `q` and `sort=relevance` those whose messages fit best come first; the 2,500 newest messages that hold what is looked for are compared. Pages stay as they are while messages arrive.',
  )
  @Can('read', 'Conversation')
  @Answers(200, ConversationPage)
  async list(
    @CurrentActor() actor: Actor,
    @Query() query: ListConversationsQuery,
  ): Promise<ConversationPage> {
    const { data, nextCursor } = await this.conversations.list(actor, query.toFilter(actor), query);
    const marks = await this.inbox.marksOf(actor, data);
    return { data: data.map((one) => ConversationResponse.from(one, marks)), nextCursor };
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
    const conversation = await this.conversations.get(actor, id);
    return ConversationResponse.from(conversation, await this.inbox.marksOf(actor, [conversation]));
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
    'With `Accept: text/event-stream` the answer comes as events: `message.started`, `message.delta` for each piece of text, and at the end one of `message.completed` and `error`. Closing the connection stops the model; what it had said is kept. A model that fails answers a problem or the event `error`; question and failure are kept. Where people answer in place of the bot the question is kept for them: `handedOver` is true, and the only event is `message.handed_over`.',
  )
  @Can('chat', 'Conversation')
  @Streams(ASKED_EVENTS, AskedResponse)
  @Fails(NotFound, ConversationBusy, ...TURN_FAILURES)
  async ask(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Body() { content }: AskDto,
    @Headers('accept') accept: string | undefined,
    @ClientGone() gone: AbortSignal,
  ): Promise<AskedResponse | EventStream> {
    return wantsEvents(accept)
      ? EventStream.open((left) =>
          toServerEvents(this.conversations.ask(actor, id, content, AbortSignal.any([left, gone]))),
        )
      : AskedResponse.from(await this.conversations.askAndWait(actor, id, content, gone));
  }
}
