import { afterEach, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { AppConfig, ConfigModule, ProvidersConfig } from '../../../src/config/index.js';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { NO_TELEMETRY, TelemetryModule } from '../../../src/common/telemetry/index.js';
import {
  ChatModels,
  EmbeddingModels,
  ProviderNotConfigured,
  ProvidersModule,
} from '../../../src/modules/providers/index.js';
import { ModelsController } from '../../../src/modules/providers/models.controller.js';

@Global()
@Module({
  providers: [{ provide: OutboundClient, useFactory: () => new OutboundClient({ allow: [] }) }],
  exports: [OutboundClient],
})
class OutboundOnlyModule {}

const OPENAI = { provider: 'openai', name: 'gpt-4o-mini' };

describe('ProvidersModule', () => {
  let app: TestingModule;

  async function open(settings: Partial<ProvidersConfig> = {}): Promise<TestingModule> {
    const config = new AppConfig();
    Object.assign(config.providers, settings);
    const imports = [
      ConfigModule.with(config),
      TelemetryModule.with(NO_TELEMETRY),
      OutboundOnlyModule,
      ProvidersModule,
    ];
    app = await Test.createTestingModule({ imports }).compile();
    return app.init();
  }
  afterEach(() => app.close());

  it('answers and embeds with the local models when nothing is configured', async () => {
    await open();

    const chatModels = app.get(ChatModels);
    chatModels.assertUsable(chatModels.defaultModel());
    expect(() => chatModels.assertUsable(OPENAI)).toThrow(ProviderNotConfigured);
    expect(app.get(EmbeddingModels).current().id).toMatch(/^local\//);
  });

  it.each<Partial<ProvidersConfig>>([
    { openAiApiKey: 'sk-key' },
    { openAiBaseUrl: 'http://127.0.0.1:8080/v1' },
    { openAiApiKey: 'sk-key', openAiBaseUrl: 'https://gateway.example.com/v1' },
  ])('knows OpenAI with %j, and stays local by default', async (settings) => {
    await open(settings);

    const chatModels = app.get(ChatModels);
    chatModels.assertUsable(OPENAI);
    expect(chatModels.defaultModel()).toEqual({ provider: 'local', name: 'extractive' });
    expect(app.get(EmbeddingModels).current().id).toMatch(/^local\//);
  });

  it('embeds with OpenAI when told so, and still reads the local vectors', async () => {
    await open({ openAiApiKey: 'sk-key', embeddings: 'openai' });

    const embeddingModels = app.get(EmbeddingModels);
    expect(embeddingModels.current().id).toBe('openai/text-embedding-3-small@1');
    expect(embeddingModels.byId('local/use-lite-words@1')?.dimensions).toBe(256);
  });

  it('lists the models and which of them are configured', async () => {
    await open();

    const { data, nextCursor } = app.get(ModelsController).list();

    expect(nextCursor).toBeNull();
    expect(data[0]).toEqual({ provider: 'local', name: 'extractive', configured: true });
    expect(data.filter(({ configured }) => configured)).toHaveLength(1);
  });
});
