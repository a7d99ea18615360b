import type { HostedTable } from '../tables.types.js';
import { FIELD_KINDS } from '../values/field-kinds.js';

/** The words of a record, as SQL: the same expression in the index and in the query. `null` without any text field. */
export function wordsOf({ fields }: Pick<HostedTable, 'fields'>, alias = ''): string | null {
  const columns = fields.filter(({ type }) => FIELD_KINDS[type].isSearched).map(({ column }) => column);
  if (columns.length === 0) return null;
  const texts = columns.sort().map((column) => `coalesce(${alias}${column}, '')`);
  return `to_tsvector('simple'::regconfig, ${texts.join(` || ' ' || `)})`;
}
