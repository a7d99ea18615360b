import { LocalChatModel } from '../../../src/modules/providers/adapters/local/local.chat-model.js';
import { OpenAiChatModel } from '../../../src/modules/providers/adapters/openai/openai.chat-model.js';
import { describeChatModel } from '../../contracts/chat-model.contract.js';
import { FakeChatModel } from '../../fakes/fake.chat-model.js';
import { startMockedOpenAi } from './aimock.js';

describeChatModel('The fake', () => Promise.resolve({ model: new FakeChatModel(), modelName: 'any' }));

describeChatModel('The local model', () =>
  Promise.resolve({ model: new LocalChatModel(), modelName: 'extractive' }),
);

describeChatModel('OpenAI', async () => {
  const { account, outbound, close } = await startMockedOpenAi();
  return { model: new OpenAiChatModel(account, outbound), modelName: 'gpt-4o-mini', close };
});

describeChatModel('OpenAI by its Responses API', async () => {
  const { account, outbound, close } = await startMockedOpenAi();
  return {
    ...{ model: new OpenAiChatModel(account, outbound), modelName: 'gpt-5.4-mini' },
    ...{ api: 'responses' as const, close },
  };
});
