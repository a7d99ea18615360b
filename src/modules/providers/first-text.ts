import type { ChatEvent } from './ports/chat-model.port.js';
import { AnswerTooLong, ProviderProtocolBroken } from './providers.errors.js';

/** Far more than the longest answer that models are made for, and little enough to be kept in memory. */
const MAX_ANSWER_CHARACTERS = 600_000;

/**
 * Waits until an answer has begun: with its first text, or with its end. Whatever fails until then fails here, so
 * that another model can take over unnoticed.
 */
export async function firstText(events: AsyncIterable<ChatEvent>): Promise<AsyncIterable<ChatEvent>> {
  const iterator = events[Symbol.asyncIterator]();
  const first: ChatEvent[] = [];
  for (;;) {
    const next = await iterator.next();
    if (next.done) throw new ProviderProtocolBroken();
    first.push(next.value);
    if (next.value.type !== 'usage') return resumed(first, iterator);
  }
}

async function* resumed(
  first: readonly ChatEvent[],
  iterator: AsyncIterator<ChatEvent>,
): AsyncGenerator<ChatEvent> {
  try {
    yield* first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** @throws AnswerTooLong */
export async function* capped(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  let characters = 0;
  for await (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') characters += event.text.length;
    if (characters > MAX_ANSWER_CHARACTERS) throw new AnswerTooLong();
    yield event;
  }
}
