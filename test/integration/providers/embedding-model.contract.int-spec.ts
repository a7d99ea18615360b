import { GeminiEmbeddingModel } from '../../../src/modules/providers/adapters/gemini/gemini.embedding-model.js';
import { LocalEmbeddingModel } from '../../../src/modules/providers/adapters/local/local.embedding-model.js';
import { OpenAiEmbeddingModel } from '../../../src/modules/providers/adapters/openai/openai.embedding-model.js';
import { describeEmbeddingModel } from '../../contracts/embedding-model.contract.js';
import { FakeEmbeddingModel } from '../../fakes/fake.embedding-model.js';
import { startMockedProviders } from './aimock.js';

describeEmbeddingModel('The fake', () => Promise.resolve({ model: new FakeEmbeddingModel() }));

describeEmbeddingModel('The local model', () => Promise.resolve({ model: new LocalEmbeddingModel() }));

describeEmbeddingModel('OpenAI', async () => {
  const { account, outbound, close } = await startMockedProviders();
  return { model: new OpenAiEmbeddingModel(account, outbound), close };
});

describeEmbeddingModel('Gemini', async () => {
  const { account, outbound, close } = await startMockedProviders();
  return { model: new GeminiEmbeddingModel(account, outbound), close };
});
