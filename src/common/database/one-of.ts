import type { Statement } from './sql.js';

/**
 * The condition that `expression` is one of the values, as few texts for any number of them.
 *
 * Of `= any(?)` the server knows the length only as it runs: it takes it for ten, and so would rather plan anew each time
 * than keep a plan, which costs a look for one row ten times what the look itself does. Here the length is in the text. It
 * is rounded up to a power of two, with the last value again, so that there are few texts to prepare.
 *
 * @param type of the values, as in `?::type`.
 * @param values one at least.
 */
export function oneOf(expression: string, type: string, values: readonly string[]): Statement {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  const params = Array.from({ length }, (_, index) => values[Math.min(index, values.length - 1)]);
  return { sql: `${expression} in (${params.map(() => `?::${type}`).join(', ')})`, params };
}
