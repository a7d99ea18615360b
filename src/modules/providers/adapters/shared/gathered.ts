import { setImmediate as endOfTurn } from 'node:timers/promises';

/** So many wait at most for a reader who takes its time. */
const MOST_WAITING = 256;

/**
 * What comes within one turn of the event loop, together: servers often send many words at once, and each event that
 * goes on from here costs as much as reading ten.
 */
export async function* gathered<T>(source: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let waiting: T[] = [];
  let came = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();
  let hasEnded = false;
  let hasLeft = false;

  const readAhead = async (): Promise<void> => {
    try {
      for (let next = await iterator.next(); !next.done && !hasLeft; next = await iterator.next()) {
        waiting.push(next.value);
        came.resolve();
        if (waiting.length >= MOST_WAITING) await room.promise;
      }
    } finally {
      hasEnded = true;
      came.resolve();
    }
  };

  const reading = readAhead();
  // A failure counts when all that came before it has been read.
  reading.catch(() => undefined);
  try {
    for (;;) {
      if (!hasEnded) await came.promise;
      if (!hasEnded) await endOfTurn();
      const together = waiting;
      if (together.length === 0) break;
      waiting = [];
      came = Promise.withResolvers();
      room.resolve();
      room = Promise.withResolvers();
      yield together;
    }
    await reading;
  } finally {
    hasLeft = true;
    room.resolve();
    await iterator.return?.();
  }
}
