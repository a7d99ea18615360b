import { createHash } from 'node:crypto';
import type { HostedTable } from '../tables.types.js';
import { sortIndexOf, storageOf } from './names.js';
import { wordsOf } from './search.js';

/** An index that a table should have: its name says what is in it. */
export interface WantedIndex {
  readonly name: string;
  readonly on: string;
}

/**
 * The indexes by which records are filtered, sorted and searched. Pages go on after a value and an id, so that an index
 * holds both. That of the words is named by its fields: with others it is another one.
 *
 * @param storage where the records are, when they are not yet in their place.
 */
export function wantedIndexes(
  table: Pick<HostedTable, 'id' | 'fields'>,
  storage = storageOf(table.id),
): WantedIndex[] {
  const sorted = table.fields
    .filter(({ indexed, type }) => indexed || type === 'link')
    .map(({ column }) => ({ name: sortIndexOf(column), on: `${storage} (${column}, id)` }));
  const words = wordsOf(table);
  if (words === null) return sorted;
  const hash = createHash('sha256').update(`${table.id} ${words}`).digest('hex').slice(0, 32);
  return [...sorted, { name: `w_${hash}`, on: `${storage} using gin ((${words}))` }];
}
