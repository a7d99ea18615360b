import { InvalidFields } from '#common/errors';

const MAX_DEPTH = 32;
const MAX_SHOWN_PATH = 200;

/**
 * Refuses what the checks of fields never get to see: names that every object has, which are taken for its own methods
 * and passed over, and nesting that overflows the stack of whoever walks it.
 *
 * @throws InvalidFields
 */
export function assertPlain(value: unknown, path: readonly string[] = []): void {
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) refuse(path.slice(0, 1), 'is nested too deeply');
  for (const [name, part] of Object.entries(value)) {
    if (name in Object.prototype) refuse([...path, name], 'is a name that no field may have');
    assertPlain(part, [...path, name]);
  }
}

function refuse(path: readonly string[], message: string): never {
  throw new InvalidFields([{ path: path.join('.').slice(0, MAX_SHOWN_PATH), message }]);
}
