import { afterEach, describe, expect, it } from '@jest/globals';
import { ChatModels, EmbeddingModels, ProviderNotConfigured } from '../../../src/modules/providers/index.js';
import { createTestApp, type TestApp } from '../../support/app.js';

const OPENAI = { provider: 'openai', name: 'gpt-4o-mini' };
const LOCAL = { provider: 'local', name: 'extractive' };

describe('ProvidersModule', () => {
  let app: TestApp;

  const open = async (env: Record<string, string> = {}): Promise<void> => {
    app = await createTestApp({ env });
  };
  const usable = async (...refs: (typeof OPENAI)[]): Promise<void> => {
    const { id } = await app.workspace();
    return app.app.get(ChatModels).assertUsable(id, refs);
  };
  afterEach(() => app.close());

  it('answers and embeds with the local models when nothing is configured', async () => {
    await open();

    await usable(LOCAL);
    await expect(usable(OPENAI)).rejects.toThrow(ProviderNotConfigured);
    expect(app.app.get(EmbeddingModels).usual().id).toMatch(/^local\//);
  });

  it.each([
    { OPENAI_API_KEY: 'sk-key' },
    { OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1' },
    { OPENAI_API_KEY: 'sk-key', OPENAI_BASE_URL: 'https://gateway.example.com/v1' },
  ])('knows OpenAI with %j, and stays local by default', async (env) => {
    await open(env as Record<string, string>);

    await usable(OPENAI);
    expect(app.app.get(ChatModels).defaultModel()).toEqual(LOCAL);
    expect(app.app.get(EmbeddingModels).usual().id).toMatch(/^local\//);
  });

  it('knows Anthropic and Gemini by their keys', async () => {
    await open({ ANTHROPIC_API_KEY: 'sk-ant', GEMINI_API_KEY: 'AIza' });

    await usable({ provider: 'anthropic', name: 'claude-haiku-4-5' }, { provider: 'gemini', name: 'any' });
  });

  it('embeds with OpenAI or Gemini when told so, and still reads the local vectors', async () => {
    await open({ OPENAI_API_KEY: 'sk-key', GEMINI_API_KEY: 'AIza', EMBEDDINGS: 'openai' });

    const embeddingModels = app.app.get(EmbeddingModels);
    expect(embeddingModels.usual().id).toBe('openai/text-embedding-3-small@1');
    expect(embeddingModels.byId('local/use-lite-words@1')?.dimensions).toBe(256);
    expect(embeddingModels.byId('gemini/gemini-embedding-001@1')?.dimensions).toBe(768);
  });
});
