import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { ChatEvent } from './ports/chat-model.port.js';

const TURN_ENDED = Symbol('TURN_ENDED');

/**
 * The same events, but texts that come within one turn of the event loop are one: servers often send many words at once,
 * and each event that goes on from here costs as much as reading ten.
 */
export async function* gatheredTexts(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    let next = ask(iterator);
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = ask(iterator);
      if (value.type !== 'text') {
        yield value;
        continue;
      }
      let { text } = value;
      const turn = endOfTurn(TURN_ENDED);
      for (;;) {
        const more = await Promise.race([next, turn]).catch(() => TURN_ENDED);
        if (typeof more === 'symbol' || more.done || more.value.type !== 'text') break;
        text += more.value.text;
        next = ask(iterator);
      }
      yield { type: 'text', text };
    }
  } finally {
    await iterator.return?.();
  }
}

/** A failure counts when it is awaited, which may be later. */
function ask(iterator: AsyncIterator<ChatEvent>): Promise<IteratorResult<ChatEvent, undefined>> {
  const next = iterator.next() as Promise<IteratorResult<ChatEvent, undefined>>;
  next.catch(() => undefined);
  return next;
}
