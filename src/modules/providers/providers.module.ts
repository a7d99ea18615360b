import { Module } from '@nestjs/common';
import { ProvidersConfig } from '#config';
import { OutboundClient } from '#common/http';
import { LocalChatModel } from './adapters/local/local.chat-model.js';
import { LocalEmbeddingModel } from './adapters/local/local.embedding-model.js';
import type { OpenAiAccount } from './adapters/openai/openai-client.js';
import { OpenAiChatModel } from './adapters/openai/openai.chat-model.js';
import { OpenAiEmbeddingModel } from './adapters/openai/openai.embedding-model.js';
import { ChatModels } from './chat-models.service.js';
import { EmbeddingModels } from './embedding-models.service.js';
import { ModelsController } from './models.controller.js';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import { CHAT_PROVIDERS, type ChatProvider, EMBEDDING_MODELS } from './providers.types.js';
import { RetryPolicy } from './retry-policy.js';

const OPENAI_MODEL_NAMES = [
  'gpt-5.4-mini',
  'gpt-5.4-nano',
  'gpt-5.4',
  'gpt-4.1-mini',
  'gpt-4.1',
  'gpt-4o-mini',
];

function openAiAccount({ openAiApiKey, openAiBaseUrl }: ProvidersConfig): OpenAiAccount | null {
  return openAiApiKey || openAiBaseUrl ? { apiKey: openAiApiKey, baseUrl: openAiBaseUrl } : null;
}

function chatProviders(config: ProvidersConfig, outbound: OutboundClient): ChatProvider[] {
  const account = openAiAccount(config);
  return [
    {
      provider: 'local',
      modelNames: ['extractive'],
      takesOtherNames: false,
      model: new LocalChatModel(),
    },
    {
      provider: 'openai',
      modelNames: OPENAI_MODEL_NAMES,
      takesOtherNames: true,
      model: account && new OpenAiChatModel(account, outbound),
    },
  ];
}

function embeddingModels(
  config: ProvidersConfig,
  outbound: OutboundClient,
  retries: RetryPolicy,
  local: LocalEmbeddingModel,
): ReadonlyMap<string, EmbeddingModel> {
  const account = openAiAccount(config);
  const models = new Map<string, EmbeddingModel>([['local', local]]);
  return account ? models.set('openai', new OpenAiEmbeddingModel(account, outbound, retries)) : models;
}

@Module({
  controllers: [ModelsController],
  providers: [
    ChatModels,
    EmbeddingModels,
    ProviderCalls,
    { provide: LocalEmbeddingModel, useFactory: () => new LocalEmbeddingModel() },
    { provide: RetryPolicy, useFactory: () => new RetryPolicy() },
    { provide: CHAT_PROVIDERS, inject: [ProvidersConfig, OutboundClient], useFactory: chatProviders },
    {
      provide: EMBEDDING_MODELS,
      inject: [ProvidersConfig, OutboundClient, RetryPolicy, LocalEmbeddingModel],
      useFactory: embeddingModels,
    },
  ],
  exports: [ChatModels, EmbeddingModels],
})
export class ProvidersModule {}
