import { AnthropicChatModel } from '../../../src/modules/providers/adapters/anthropic/anthropic.chat-model.js';
import { GeminiChatModel } from '../../../src/modules/providers/adapters/gemini/gemini.chat-model.js';
import { LocalChatModel } from '../../../src/modules/providers/adapters/local/local.chat-model.js';
import { OpenAiChatModel } from '../../../src/modules/providers/adapters/openai/openai.chat-model.js';
import { describeChatModel } from '../../contracts/chat-model.contract.js';
import { FakeChatModel } from '../../fakes/fake.chat-model.js';
import { PROVOKED, startMockedProviders } from './aimock.js';

describeChatModel('The fake', () => Promise.resolve({ model: new FakeChatModel(), modelName: 'any' }));

describeChatModel('The local model', () =>
  Promise.resolve({ model: new LocalChatModel(), modelName: 'extractive' }),
);

describeChatModel(
  'OpenAI',
  async () => {
    const { account, outbound, close } = await startMockedProviders();
    return { model: new OpenAiChatModel(account, outbound), modelName: 'gpt-4o-mini', close };
  },
  PROVOKED,
);

describeChatModel(
  'OpenAI by its Responses API',
  async () => {
    const { account, outbound, close } = await startMockedProviders();
    return {
      ...{ model: new OpenAiChatModel(account, outbound), modelName: 'gpt-5.4-mini' },
      ...{ api: 'responses' as const, close },
    };
  },
  PROVOKED,
);

describeChatModel(
  'A compatible server',
  async () => {
    const { account, outbound, close } = await startMockedProviders();
    const model = new OpenAiChatModel(account, outbound, undefined, {
      ...{ provider: 'openai-compatible', limitName: 'max_tokens' },
    });
    return { model, modelName: 'support-model', close };
  },
  PROVOKED,
);

describeChatModel(
  'Anthropic',
  async () => {
    const { account, outbound, close } = await startMockedProviders();
    return { model: new AnthropicChatModel(account, outbound), modelName: 'claude-haiku-4-5', close };
  },
  PROVOKED,
);

describeChatModel(
  'Gemini',
  async () => {
    const { account, outbound, close } = await startMockedProviders();
    return { model: new GeminiChatModel(account, outbound), modelName: 'gemini-2.5-flash', close };
  },
  PROVOKED,
);
