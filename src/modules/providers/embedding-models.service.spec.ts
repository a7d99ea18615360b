import { describe, expect, it } from '@jest/globals';
import { FakeEmbeddingModel } from '../../../test/fakes/fake.embedding-model.js';
import { embeddingModelsOf } from '../../../test/support/embedding-models.js';
import { ProviderNotConfigured, ProviderTimedOut, UnknownModel } from './providers.errors.js';
import type { ModelCall } from './providers.types.js';

const local = new FakeEmbeddingModel('local/fake@1');
const openai = new FakeEmbeddingModel('openai/fake@1');
const watched = { workspaceId: 'a-workspace', onCall: () => undefined };

class SilentEmbeddingModel extends FakeEmbeddingModel {
  override embed(...[, { signal } = {}]: Parameters<FakeEmbeddingModel['embed']>): Promise<never> {
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }
}

describe('EmbeddingModels', () => {
  it('embeds with the model that the setting names, where nothing else is chosen', () => {
    expect(embeddingModelsOf({ local, openai }, 'local').usual().id).toBe(local.id);
    expect(embeddingModelsOf({ local, openai }, 'openai').usual()).toMatchObject({
      ...{ id: openai.id, provider: 'openai', name: 'fake' },
      ...{ credentialId: null, dimensions: openai.dimensions },
    });
  });

  it('finds the model of vectors that were made before the setting changed', () => {
    expect(embeddingModelsOf({ local, openai }, 'openai').byId('local/fake@1')?.id).toBe(local.id);
  });

  it('finds no model for vectors of another version', () => {
    expect(embeddingModelsOf({ local }, 'local').byId('local/fake@0')).toBeNull();
  });

  it('says when the provider of the setting is not configured', () => {
    expect(() => embeddingModelsOf({ local }, 'openai').usual()).toThrow(ProviderNotConfigured);
  });

  it('waits no longer than it may, and tells of the call', async () => {
    const models = embeddingModelsOf({ slow: new SilentEmbeddingModel('slow/model@1') }, 'slow');
    const calls: ModelCall[] = [];
    const impatient = { ...watched, withinMs: 10, onCall: (call: ModelCall) => calls.push(call) };

    await expect(models.embed(models.usual(), ['text'], impatient)).rejects.toThrow(ProviderTimedOut);

    expect(calls).toMatchObject([{ kind: 'embedding', outcome: 'failed', code: 'provider_timeout' }]);
  });

  it('lists the providers that can embed to whoever names another', async () => {
    const models = embeddingModelsOf({ local }, 'local');
    const wish = { provider: 'anthropic', name: 'claude-haiku-4-5' };

    const refusal = models.tryOut(wish, watched);

    await expect(refusal).rejects.toThrow(UnknownModel);
    await expect(refusal).rejects.toThrow(/local, openai, gemini, azure-openai/);
  });

  it('knows the one built-in model, which needs no trial', async () => {
    const models = embeddingModelsOf({ local }, 'local');

    expect(await models.tryOut({ provider: 'local', name: 'fake' }, watched)).toEqual(models.usual());
    await expect(models.tryOut({ provider: 'local', name: 'other' }, watched)).rejects.toThrow('fake');
  });
});
