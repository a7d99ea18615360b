import { createHash } from 'node:crypto';
import type { HostedTable } from '../tables.types.js';
import { sortIndexOf } from './names.js';
import { wordsOf } from './search.js';

/** An index that a table should have: its name says what is in it. */
export interface WantedIndex {
  readonly name: string;
  readonly on: string;
}

/**
 * The indexes by which records are filtered, sorted and searched. Pages go on after a value and an id, so that an index
 * holds both.
 */
export function sortIndexes(table: Pick<HostedTable, 'fields'>, storage: string): WantedIndex[] {
  return table.fields
    .filter(({ indexed, type }) => indexed || type === 'link')
    .map(({ column }) => ({ name: sortIndexOf(column), on: `${storage} (${column}, id)` }));
}

/** The index by which words are found; named by its fields: with others it is another one. */
export function wordIndexes(table: Pick<HostedTable, 'id' | 'fields'>, storage: string): WantedIndex[] {
  const words = wordsOf(table);
  if (words === null) return [];
  const hash = createHash('sha256').update(`${table.id} ${words}`).digest('hex').slice(0, 32);
  return [{ name: `w_${hash}`, on: `${storage} using gin ((${words}))` }];
}
