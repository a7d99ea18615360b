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
    if (next.value.type !== 'usage') return new Resumed(first, iterator);
  }
}

/** All of an answer of which the first events were read already. No generator: each costs every event three promises. */
class Resumed implements AsyncIterableIterator<ChatEvent> {
  #given = 0;

  constructor(
    private readonly first: readonly ChatEvent[],
    private readonly rest: AsyncIterator<ChatEvent>,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    const value = this.first[this.#given];
    if (value === undefined) return this.rest.next();
    this.#given += 1;
    return Promise.resolve({ value, done: false });
  }

  async return(): Promise<IteratorResult<ChatEvent>> {
    this.#given = this.first.length;
    await this.rest.return?.();
    return { value: undefined, done: true };
  }
}

/** Looks that an answer does not go on and on. */
export class AnswerCap {
  #characters = 0;

  /** @throws AnswerTooLong */
  add(event: ChatEvent): void {
    if (event.type === 'text' || event.type === 'reasoning') this.#characters += event.text.length;
    if (this.#characters > MAX_ANSWER_CHARACTERS) throw new AnswerTooLong();
  }
}
