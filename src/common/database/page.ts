import { InvalidFields } from '#common/errors';

/** One page of a list and the cursor of the next one. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** Which page is asked for. */
export interface PageRequest {
  readonly limit: number;
  /** The id of the last row of the page before; see `decodeCursor`. */
  readonly cursor?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An opaque cursor that stands for the last row of a page. */
export function encodeCursor(lastId: string): string {
  return Buffer.from(lastId).toString('base64url');
}

/**
 * The row id inside a cursor.
 *
 * A cursor grants nothing: the list it continues is filtered by the actor's rights again.
 * @throws InvalidFields when the text is not a cursor.
 */
export function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!UUID.test(id) || encodeCursor(id) !== cursor) {
    throw new InvalidFields([{ path: 'cursor', message: 'is not a cursor of this list' }]);
  }
  return id;
}

/** Cuts `limit + 1` fetched rows down to a page. */
export function toPage<T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null };
}
