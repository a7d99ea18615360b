import type { ChatRequest, ChatSource } from '../../src/modules/providers/ports/chat-model.port.js';

/** A passage that answers the question of `buildChatRequest`. */
export function buildChatSource(overrides: Partial<ChatSource> = {}): ChatSource {
  return {
    index: 1,
    title: 'Opening hours',
    url: 'https://museum.example.com/visit',
    text: 'The museum is open from Tuesday to Sunday. It opens at nine and closes at five.',
    score: 1,
    ...overrides,
  };
}

/** A question that its one source answers. */
export function buildChatRequest(overrides: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'extractive',
    instructions: 'You help visitors of a museum.',
    messages: [{ role: 'user', content: 'When does the museum open?' }],
    sources: [buildChatSource()],
    supported: true,
    signal: new AbortController().signal,
    ...overrides,
  };
}
