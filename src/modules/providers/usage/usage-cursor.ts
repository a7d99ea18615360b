import { InvalidFields } from '#common/errors';
import { isStorableText } from '#common/validation';
import type { UsageGroup } from './usage.types.js';

/** An opaque cursor that stands for the last row of a page. */
export function cursorOf(group: UsageGroup, key: string | null): string {
  return Buffer.from(JSON.stringify([group, key ?? ''])).toString('base64url');
}

/**
 * The key inside a cursor. It grants nothing: the sums it continues are those of the actor's workspace.
 * @throws InvalidFields when the text is not a cursor of this list.
 */
export function keyIn(cursor: string, group: UsageGroup): string {
  const key = keyOf(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (typeof key !== 'string' || !isStorableText(key) || cursorOf(group, key) !== cursor)
    throw new InvalidFields([{ path: 'cursor', message: 'is not a cursor of this list' }]);
  return key;
}

function keyOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value[1] : undefined;
  } catch {
    return undefined;
  }
}
