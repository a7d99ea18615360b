import { LLMock } from '@copilotkit/aimock';
import type { ProvokedAnswers } from '../../contracts/chat-model.contract.js';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';

/** A mock of the APIs of OpenAI, Anthropic and Gemini that answers any question in several pieces, and the client to reach it with. */
export interface MockedProviders {
  readonly account: { readonly apiKey: string; readonly baseUrl: string; readonly isOperators: true };
  readonly outbound: OutboundClient;
  readonly mock: LLMock;
  close(): Promise<void>;
}

/** What the mock does at a word, whichever vendor's protocol it is asked in. */
export const PROVOKED: ProvokedAnswers = {
  callsTool: 'Please look up the opening hours.',
  usage: { inputTokens: 120, outputTokens: 14 },
  failures: [
    { question: 'refuse the key', code: 'provider_auth', retryable: false },
    { question: 'limit the rate', code: 'provider_rate_limited', retryable: true },
    { question: 'be overloaded', code: 'provider_overloaded', retryable: true },
    { question: 'be broken', code: 'provider_overloaded', retryable: true },
    { question: 'find fault with the request', code: 'provider_bad_request', retryable: false },
  ],
};
const STATUSES: Readonly<Record<string, readonly [number, string]>> = {
  'refuse the key': [401, 'authentication_error'],
  'limit the rate': [429, 'rate_limit_error'],
  'be overloaded': [503, 'overloaded_error'],
  'be broken': [500, 'api_error'],
  'find fault with the request': [400, 'invalid_request_error'],
};

export async function startMockedProviders(): Promise<MockedProviders> {
  const mock = new LLMock({ port: 0, logLevel: 'silent', chunkSize: 8 });
  for (const [question, [status, type]] of Object.entries(STATUSES))
    mock.onMessage(question, { error: { message: 'As you wish', type }, status });
  mock.onMessage(PROVOKED.callsTool, {
    toolCalls: [{ name: 'look_up', arguments: '{"query":"opening hours"}' }],
  });
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
