import { createHash } from 'node:crypto';
import { newId } from '#common/database';

const HEX = /^[0-9a-f]{32}$/;

/** Names in the storage are made of ids, never of what people write, and so need no quoting. */
function hexOf(id: string): string {
  const hex = id.replaceAll('-', '');
  if (!HEX.test(hex)) throw new Error('Only ids name tables and columns.');
  return hex;
}

/** The table that holds the records of a hosted table. */
export function storageOf(tableId: string): string {
  return `hosted.t_${hexOf(tableId)}`;
}

/** An id as a literal, for statements that take no parameters. */
export function uuidLiteral(id: string): string {
  return `'${hexOf(id)}'::uuid`;
}

/** A name for a new column. A field that gets another type gets another column. */
export function newColumn(): string {
  return `f_${hexOf(newId())}`;
}

/** The column into which the values of another are converted: the same one when that is tried again. */
export function columnAfter(column: string): string {
  return `f_${createHash('sha256').update(column).digest('hex').slice(0, 32)}`;
}

/** The column of a field in a table that is loaded aside by an import. */
export function asideColumn(column: string, importId: string): string {
  return columnAfter(`${column} ${hexOf(importId)}`);
}

/** The index by which a column is unique. */
export function uniqueIndexOf(column: string): string {
  return `u_${column}`;
}

/** The index by which a column is filtered and sorted. */
export function sortIndexOf(column: string): string {
  return `i_${column}`;
}
