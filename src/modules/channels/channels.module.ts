import { Module } from '@nestjs/common';
import { BotsModule } from '#modules/bots';
import { ConversationsModule } from '#modules/conversations';
import { ProvidersModule } from '#modules/providers';
import { ChatCompletionsController } from './chat-completions.controller.js';
import { OpenAiModelsController } from './openai-models.controller.js';
import { OpenAiService } from './openai.service.js';

@Module({
  imports: [BotsModule, ConversationsModule, ProvidersModule],
  controllers: [ChatCompletionsController, OpenAiModelsController],
  providers: [OpenAiService],
})
export class ChannelsModule {}
