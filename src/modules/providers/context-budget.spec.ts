import { describe, expect, it } from '@jest/globals';
import { buildChatRequest, buildChatSource } from '../../../test/factories/chat-request.factory.js';
import { fitToModel } from './context-budget.js';
import type { ChatMessage } from './ports/chat-model.port.js';

const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });
const window = (contextWindow: number) => ({ provider: 'openai', contextWindow });
const LONG = 'The museum opens at nine and closes at five on weekdays. '.repeat(60);

describe('fitToModel', () => {
  it('leaves everything where it fits', async () => {
    const messages = [user('One?'), assistant('Two.'), user('Three?')];
    const request = buildChatRequest({ messages });

    const fitted = await fitToModel(request, window(100_000), 'openai');

    expect(fitted).toEqual({ request, leftOut: 0 });
  });

  it('leaves out blank messages, which some providers refuse', async () => {
    const messages = [user('One?'), assistant(' '), user('Two?')];

    const { request, leftOut } = await fitToModel(buildChatRequest({ messages }), window(100_000), 'openai');

    expect(request.messages).toEqual([user('One?'), user('Two?')]);
    expect(leftOut).toBe(0);
  });

  it('leaves out the oldest turns first, each as a whole, and says how many messages', async () => {
    const messages = [
      user('A?'),
      assistant(LONG),
      user('B?'),
      assistant(LONG),
      user('C?'),
      assistant('Short.'),
      user('D?'),
    ];

    const { request, leftOut } = await fitToModel(
      buildChatRequest({ messages, maxOutputTokens: 500 }),
      window(2_200),
      'openai',
    );

    expect(request.messages).toEqual([
      user('B?'),
      assistant(LONG),
      user('C?'),
      assistant('Short.'),
      user('D?'),
    ]);
    expect(leftOut).toBe(2);
  });

  it('leaves out the least relevant sources where the question alone does not fit beside them', async () => {
    const sources = [1, 2, 3, 4].map((index) => buildChatSource({ index, text: LONG }));

    const { request } = await fitToModel(
      buildChatRequest({ sources, maxOutputTokens: 500 }),
      window(3_000),
      'openai',
    );

    expect(request.sources.map(({ index }) => index)).toEqual([1, 2]);
  });

  it('keeps the question however long it is', async () => {
    const question = user('x '.repeat(50_000));

    const { request, leftOut } = await fitToModel(
      buildChatRequest({ messages: [user('A?'), assistant('B.'), question] }),
      window(8_192),
      'anthropic',
    );

    expect(request.messages).toEqual([question]);
    expect(leftOut).toBe(2);
  });

  it('keeps what tools have answered to the question', async () => {
    const call = { id: 'c', name: 'search_sources', arguments: { query: LONG } };
    const now: ChatMessage[] = [
      user('D?'),
      { role: 'assistant', content: '', toolCalls: [call] },
      { role: 'tool', toolCallId: 'c', name: 'search_sources', content: LONG },
    ];

    const { request } = await fitToModel(
      buildChatRequest({ messages: [user('A?'), assistant(LONG), ...now], maxOutputTokens: 500 }),
      window(2_500),
      'openai',
    );

    expect(request.messages).toEqual(now);
  });

  it('is quick with a word that never ends', async () => {
    const begunAt = performance.now();

    await fitToModel(buildChatRequest({ messages: [user('a'.repeat(200_000))] }), window(8_192), 'openai');

    expect(performance.now() - begunAt).toBeLessThan(3_000);
  });
});
