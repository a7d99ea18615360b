import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ChatCompletionChunk } from './dto/chat-completion-chunk.js';
import { ChatCompletionResponse } from './dto/chat-completion.response.js';
import { CreateChatCompletionDto } from './dto/create-chat-completion.dto.js';

/** A route that takes a chat completion's request and answers it, in one piece or as chunks. */
export function Completes(): MethodDecorator {
  const chunk = getSchemaPath(ChatCompletionChunk);
  return applyDecorators(
    HttpCode(200),
    ApiBody({ type: CreateChatCompletionDto }),
    ApiExtraModels(ChatCompletionResponse, ChatCompletionChunk),
    ApiResponse({
      status: 200,
      description:
        'Done. With `stream` as events without names: chunks, and at the end `[DONE]` or, where the model fails, an error.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(ChatCompletionResponse) } },
        'text/event-stream': {
          schema: { oneOf: [{ $ref: chunk }, { $ref: getSchemaPath('OpenAiError') }] },
          'x-events': { message: chunk },
        } as object,
      },
    }),
  );
}
