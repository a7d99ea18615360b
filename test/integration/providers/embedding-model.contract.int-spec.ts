import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { GeminiEmbeddingModel } from '../../../src/modules/providers/adapters/gemini/gemini.embedding-model.js';
import { LocalEmbeddingModel } from '../../../src/modules/providers/adapters/local/local.embedding-model.js';
import { OpenAiEmbeddingModel } from '../../../src/modules/providers/adapters/openai/openai.embedding-model.js';
import { describeEmbeddingModel } from '../../contracts/embedding-model.contract.js';
import { FakeEmbeddingModel } from '../../fakes/fake.embedding-model.js';
import { embeddingScript } from '../../support/embedding-script.js';
import { startMockedProviders } from './aimock.js';
import { ScriptedServer } from './scripted-server.js';

describeEmbeddingModel('The fake', () => Promise.resolve({ model: new FakeEmbeddingModel() }));

describeEmbeddingModel('The local model', () => Promise.resolve({ model: new LocalEmbeddingModel() }));

describeEmbeddingModel('OpenAI', async () => {
  const { account, outbound, close } = await startMockedProviders();
  return { model: new OpenAiEmbeddingModel(account, outbound), close };
});

// The mock of the vendors' APIs does not know how Gemini embeds several texts at once.
describeEmbeddingModel('Gemini', async () => {
  const server = await ScriptedServer.start();
  const outbound = new OutboundClient({ allow: [] });
  server.play(embeddingScript({ key: 'AIza', usualLength: 3_072 }));
  const account = { apiKey: 'AIza', baseUrl: server.baseUrl, isOperators: true };
  return {
    model: new GeminiEmbeddingModel(account, outbound),
    close: async () => {
      await outbound.close();
      await server.stop();
    },
  };
});
