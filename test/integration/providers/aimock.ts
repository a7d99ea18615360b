import { LLMock } from '@copilotkit/aimock';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';

/** A mock of OpenAI's API that answers any question in several pieces, and the client to reach it with. */
export interface MockedOpenAi {
  readonly account: { readonly apiKey: string; readonly baseUrl: string; readonly isOperators: true };
  readonly outbound: OutboundClient;
  readonly mock: LLMock;
  close(): Promise<void>;
}

export async function startMockedOpenAi(): Promise<MockedOpenAi> {
  const mock = new LLMock({ port: 0, logLevel: 'silent', chunkSize: 8 });
  mock.onMessage(/[\s\S]*/, {
    content: 'The museum opens at nine [1]. It closes at five [1].',
    usage: { prompt_tokens: 120, completion_tokens: 14 },
  });
  await mock.start();
  const outbound = new OutboundClient({ allow: [] });
  return {
    account: { apiKey: 'sk-mock', baseUrl: `${mock.url}/v1`, isOperators: true },
    outbound,
    mock,
    close: async () => {
      await outbound.close();
      await mock.stop();
    },
  };
}
