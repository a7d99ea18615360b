import { Body, Controller, Get, Headers, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ClientGone, Does, EventStream, Fails, Streams, Topic, wantsEvents } from '#common/http';
import { IdParam } from '#common/validation';
import {
  ConversationBusy,
  ConversationHandedOver,
  NotAnAnswer,
  NotBeingAnswered,
  NotToBeRetried,
  TURN_FAILURES,
} from './conversations.errors.js';
import { ConversationsService } from './conversations.service.js';
import { MessageHitPage, MessageHitResponse } from './dto/message-hit.response.js';
import { MessageResponse, TurnResponse } from './dto/message.response.js';
import { RateMessageDto } from './dto/rate-message.dto.js';
import { SearchMessagesQuery } from './dto/search-messages.query.js';
import { toServerEvents, TURN_EVENTS } from './dto/turn-events.js';
import { SearchMessages } from './search/search-messages.js';

@Controller('v1/messages')
@Topic('Messages: finding them, what people think of answers, stopping them, and asking for them again.')
export class MessagesController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly searchMessages: SearchMessages,
  ) {}

  @Get('search')
  @Does(
    'Finds messages by what they say.',
    'The newest come first, or those that fit best with `sort=relevance`, which compares the 2,500 newest that hold what is looked for. Pages stay as they are while messages arrive. What was said in the last seconds may not be found yet.',
  )
  @Can('read', 'Conversation')
  @Answers(200, MessageHitPage)
  async search(@CurrentActor() actor: Actor, @Query() query: SearchMessagesQuery): Promise<MessageHitPage> {
    const { data, nextCursor } = await this.searchMessages.execute(actor, query.toRequest(actor));
    return { data: data.map((hit) => MessageHitResponse.from(hit)), nextCursor };
  }

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

  @Post(':messageId/stop')
  @Does(
    'Stops an answer that is being given.',
    'The id is that of `message.started`. What was said is kept, and its stream ends with `message.completed`.',
  )
  @Can('chat', 'Conversation')
  @Answers(204)
  @Fails(NotFound, NotBeingAnswered)
  async stop(@CurrentActor() actor: Actor, @IdParam('messageId', 'The message') id: string): Promise<void> {
    await this.conversations.stop(actor, id);
  }

  @Post(':messageId/retry')
  @Does(
    'Asks the question of the last answer again, which failed or was aborted.',
    'The failed answer stays where it is. What was asked for with the question, such as a form of the answer, counts again. Answers as asking does, with `Accept: text/event-stream` as a stream.',
  )
  @Can('chat', 'Conversation')
  @Streams(TURN_EVENTS, TurnResponse)
  @Fails(NotFound, NotToBeRetried, ConversationHandedOver, ConversationBusy, ...TURN_FAILURES)
  async retry(
    @CurrentActor() actor: Actor,
    @IdParam('messageId', 'The message') id: string,
    @Headers('accept') accept: string | undefined,
    @ClientGone() gone: AbortSignal,
  ): Promise<TurnResponse | EventStream> {
    return wantsEvents(accept)
      ? EventStream.open((left) =>
          toServerEvents(this.conversations.retry(actor, id, AbortSignal.any([left, gone]))),
        )
      : TurnResponse.from(await this.conversations.retryAndWait(actor, id, gone));
  }
}
