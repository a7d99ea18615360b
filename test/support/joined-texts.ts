import type { ChatEvent } from '../../src/modules/providers/ports/chat-model.port.js';

/** The same answer, its texts that follow each other as one: where they are cut depends on when they came. */
export function joinedTexts(events: readonly ChatEvent[]): ChatEvent[] {
  const joined: ChatEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + event.text };
    else joined.push(event);
  }
  return joined;
}
