import { createHash } from 'node:crypto';
import { InvalidFields } from '#common/errors';
import type { HostedTable } from '../tables.types.js';
import { decodeValue, encodeValue, FIELD_KINDS } from '../values/field-kinds.js';
import { type Column, columnOf, conditionOf, type Fragment, refuse } from './conditions.js';

/** Which records are asked for, and in which order. */
export interface RecordsFilter {
  readonly filter?: unknown;
  /** Words that a record must hold, as one types them into a search box. */
  readonly search?: string;
  /** Keys of fields, each with a minus for the largest first. */
  readonly sort?: readonly string[];
}

export interface RecordsPage extends RecordsFilter {
  readonly limit: number;
  readonly cursor?: string;
}

/** A column to sort by. Empty values count as the largest, as in the index. */
export interface SortKey {
  readonly column: Column;
  readonly isDescending: boolean;
}

/** After which record a page begins: its values of the sort keys, then its id. */
export type Position = readonly (string | null)[];

const MAX_SORT_KEYS = 3;

/** What is asked, checked against the table. */
export interface PageQuery {
  readonly where: Fragment | null;
  readonly search: string | null;
  /** Always ends with the id, so that the order is a total one. */
  readonly sort: readonly SortKey[];
  readonly after: Position | null;
  readonly limit: number;
  /** What a cursor of this query is bound to. */
  readonly fingerprint: string;
}

/** @throws InvalidFields */
export function pageQueryOf(table: HostedTable, page: RecordsPage): PageQuery {
  const where = page.filter === undefined ? null : conditionOf(table, page.filter);
  const sort = sortOf(table, page.sort ?? []);
  const search = page.search ?? null;
  const fingerprint = createHash('sha256')
    .update(
      JSON.stringify([
        ...[table.id, where, search],
        sort.map(({ column, isDescending }) => [column.column, isDescending]),
      ]),
    )
    .digest('base64url')
    .slice(0, 16);
  const after = page.cursor === undefined ? null : positionIn(page.cursor, fingerprint, sort);
  return { where, search, sort, after, limit: page.limit, fingerprint };
}

function sortOf(table: HostedTable, names: readonly string[]): SortKey[] {
  if (names.length > MAX_SORT_KEYS) refuse('sort', `names more than ${String(MAX_SORT_KEYS)} fields`);
  const keys = names.map((name): SortKey => {
    const isDescending = name.startsWith('-');
    const column = columnOf(table, isDescending ? name.slice(1) : name, 'sort');
    if (!FIELD_KINDS[column.type].isKey) refuse('sort', `${column.key} cannot be sorted by`);
    return { column, isDescending };
  });
  if (new Set(keys.map(({ column }) => column.key)).size < keys.length) refuse('sort', 'names a field twice');
  const isDescending = keys.at(-1)?.isDescending ?? false;
  return [
    ...keys.filter(({ column }) => column.key !== 'id'),
    { column: columnOf(table, 'id', 'sort'), isDescending },
  ];
}

/** An opaque cursor that stands for the last record of a page of this query. */
export function cursorAfter({ fingerprint }: PageQuery, position: Position): string {
  return Buffer.from(JSON.stringify([fingerprint, ...position])).toString('base64url');
}

/** It grants nothing: the page that it continues is filtered by workspace, table and query again. */
function positionIn(cursor: string, fingerprint: string, sort: readonly SortKey[]): Position {
  const [bound, ...position] = listIn(cursor);
  if (bound !== fingerprint || position.length !== sort.length) return notOfThisList();
  return position.map((text, index) => {
    const column = sort[index]?.column;
    if (!column || (text !== null && typeof text !== 'string')) return notOfThisList();
    if (text === null) return column.required ? notOfThisList() : null;
    return canonical(column, text);
  });
}

/** A value that never was in the column could upset the database. */
function canonical(column: Column, text: string): string {
  try {
    // Options may have gone since, and an address be written otherwise: any text compares.
    if (FIELD_KINDS[column.type].isSearched) return encodeValue({ ...column, type: 'long_text' }, text) ?? '';
    return encodeValue(column, decodeValue(column.type, text)) ?? notOfThisList();
  } catch {
    return notOfThisList();
  }
}

function listIn(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function notOfThisList(): never {
  throw new InvalidFields([{ path: 'cursor', message: 'is not a cursor of this list' }]);
}
