import { Body, Controller, Post } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { ClientGone, Does, EventStream, Fails, Topic } from '#common/http';
import { COMPLETION_FAILURES, ModelNotFound, UnsupportedParameter } from './channels.errors.js';
import { Completes } from './completes.decorator.js';
import { toChunks } from './dto/chat-completion-chunk.js';
import { ChatCompletionResponse } from './dto/chat-completion.response.js';
import { type ChatCompletionRequest, CreateChatCompletionDto } from './dto/create-chat-completion.dto.js';
import { TolerantBodyPipe } from './dto/tolerant-body.pipe.js';
import { OpenAiService } from './openai.service.js';

@Controller('openai/v1/chat/completions')
@Topic("Talking with a bot in OpenAI's protocol.")
export class ChatCompletionsController {
  constructor(private readonly openAi: OpenAiService) {}

  @Post()
  @Does(
    "Says something to the bot, in OpenAI's protocol.",
    'For clients of OpenAI, whose base URL is `/openai/v1` here and whose key is an API key. `model` is the slug or the id of a bot; the last message is the question. Without `metadata.conversation_id` a new conversation is opened. The answer tells its `conversation_id` and its `citations` besides. `response_format` of type `json_schema` and `reasoning_effort` are passed on to the model of the bot, or refused where it is known to be unable. What else the protocol knows is taken and not looked at: the bot decides on temperature, tools and the like.',
  )
  @Can('chat', 'Conversation')
  @Completes()
  @Fails(ModelNotFound, NotFound, UnsupportedParameter, ...COMPLETION_FAILURES)
  async create(
    @CurrentActor() actor: Actor,
    @Body(new TolerantBodyPipe(CreateChatCompletionDto)) body: ChatCompletionRequest,
    @ClientGone() gone: AbortSignal,
  ): Promise<ChatCompletionResponse | EventStream> {
    const question = body.toQuestion();
    return body.stream
      ? EventStream.open((left) =>
          toChunks(this.openAi.ask(actor, question, AbortSignal.any([left, gone])), body.includesUsage),
        )
      : ChatCompletionResponse.from(await this.openAi.askAndWait(actor, question, gone));
  }
}
