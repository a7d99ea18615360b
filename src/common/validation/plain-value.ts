import { InvalidFields } from '#common/errors';

const MAX_DEPTH = 32;
/** The checks of fields take milliseconds for so many, but many seconds for the hundred thousand that fit in a body. */
export const MAX_VALUES = 10_000;
/** Of a body that may hold more, the fields that are checked one by one lie above: those of it, and of the items of its lists. */
const CHECKED_DEPTH = 3;

/**
 * Refuses what the checks of fields never get to see or cannot bear: names that every object has, which are taken for
 * its own methods and passed over; nesting that overflows the stack of whoever walks it; and crowds of values.
 *
 * @throws InvalidFields
 */
export function assertPlain(value: unknown, maxValues = MAX_VALUES): void {
  new Walk(maxValues).visit(value, []);
}

class Walk {
  #values = 0;
  #checkedValues = 0;

  constructor(private readonly maxValues: number) {}

  visit(value: unknown, path: readonly string[]): void {
    if (typeof value !== 'object' || value === null) return;
    const parts = Object.entries(value);
    this.#values += parts.length;
    if (path.length < CHECKED_DEPTH) this.#checkedValues += parts.length;
    if (path.length >= MAX_DEPTH) refuse(path.slice(0, 1), 'is nested too deeply');
    if (this.#values > this.maxValues || this.#checkedValues > MAX_VALUES)
      refuse(path.slice(0, 1), 'holds too many values');
    for (const [name, part] of parts) {
      if (name in Object.prototype) refuse([...path, name], 'is a name that no field may have');
      this.visit(part, [...path, name]);
    }
  }
}

function refuse(path: readonly string[], message: string): never {
  throw new InvalidFields([{ path: path.join('.').slice(0, 200), message }]);
}
