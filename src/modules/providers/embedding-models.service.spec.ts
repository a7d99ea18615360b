import { describe, expect, it } from '@jest/globals';
import { ProvidersConfig } from '#config';
import { Operations } from '#common/telemetry';
import { FakeEmbeddingModel } from '../../../test/fakes/fake.embedding-model.js';
import { EmbeddingModels } from './embedding-models.service.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderNotConfigured } from './providers.errors.js';

const local = new FakeEmbeddingModel('local/fake@1');
const openai = new FakeEmbeddingModel('openai/fake@1');
const calls = new ProviderCalls(Operations.unobserved());

function embeddingModels(setting: string, configured = { local, openai }): EmbeddingModels {
  const config = Object.assign(new ProvidersConfig(), { embeddings: setting });
  return new EmbeddingModels(new Map(Object.entries(configured)), config, calls);
}

describe('EmbeddingModels', () => {
  it('embeds with the model that the setting names', () => {
    expect(embeddingModels('local').current()).toBe(local);
    expect(embeddingModels('openai').current()).toBe(openai);
  });

  it('finds the model of vectors that were made before the setting changed', () => {
    expect(embeddingModels('openai').byId('local/fake@1')).toBe(local);
  });

  it('finds no model for vectors of another version', () => {
    expect(embeddingModels('local').byId('local/fake@0')).toBeNull();
  });

  it('says when the provider of the setting is not configured', () => {
    const models = new EmbeddingModels(
      new Map([['local', local]]),
      Object.assign(new ProvidersConfig(), { embeddings: 'openai' }),
      calls,
    );

    expect(() => models.current()).toThrow(ProviderNotConfigured);
  });
});
