import { NOT_PREPARED } from '#common/database';
import { storageOf } from '../storage/names.js';
import { wordsOf } from '../storage/search.js';
import type { HostedTable } from '../tables.types.js';
import { FIELD_KINDS, typeOf } from '../values/field-kinds.js';
import type { Fragment } from './conditions.js';
import type { PageQuery, Position, SortKey } from './page-query.js';

/** All that a record is, as texts, by the names of its columns. */
export function recordColumns({ fields }: HostedTable): string {
  const own = fields.map(({ type, column }) => `${FIELD_KINDS[type].text(`r.${column}`)} as ${column}`);
  const times = ['created_at', 'updated_at'].map(
    (column) => `${FIELD_KINDS.datetime.text(`r.${column}`)} as ${column}`,
  );
  return ['r.id::text as id', ...times, ...own].join(', ');
}

/** Only records of the workspace, whatever else is asked. */
export function recordsWhere(
  table: HostedTable,
  { where, search }: Pick<PageQuery, 'where' | 'search'>,
): Fragment {
  const words = search === null ? null : wordsOf(table, 'r.');
  const conditions = [
    { sql: 'r.workspace_id = ?::uuid', params: [table.workspaceId] },
    ...(where ? [where] : []),
    ...(words === null
      ? []
      : [{ sql: `${words} @@ websearch_to_tsquery('simple'::regconfig, ?)`, params: [search] }]),
    ...(search !== null && words === null ? [{ sql: 'false', params: [] }] : []),
  ];
  return {
    sql: conditions.map(({ sql }) => sql).join(' and '),
    params: conditions.flatMap(({ params }) => params),
  };
}

/**
 * A page of records. What comes after a position is put together of stretches, each of which lies in one piece in the
 * index of the sorted field: `(f, id) > (x, y)` does not where values are missing, and `or` is not looked up at all.
 */
export function pageStatement(table: HostedTable, query: PageQuery): Fragment {
  const { sql, params } = recordsWhere(table, query);
  const sorted = query.sort.map(({ column }, index) => `r.${column.column} as s${String(index)}`).join(', ');
  const order = query.sort.map(
    ({ column, isDescending }) => `r.${column.column}${isDescending ? ' desc' : ''}`,
  );
  const stretches =
    query.after === null ? [{ sql: 'true', params: [] }] : stretchesAfter(query.sort, query.after);
  const pieces = stretches.map(
    (stretch) => `(select ${recordColumns(table)}, ${sorted} from ${storageOf(table.id)} r
      where ${sql} and ${stretch.sql} order by ${order.join(', ')} limit ?)`,
  );
  const outer = query.sort.map(
    ({ isDescending }, index) => `s${String(index)}${isDescending ? ' desc' : ''}`,
  );
  return {
    sql: `${NOT_PREPARED}${pieces.join(' union all ')}${pieces.length > 1 ? ` order by ${outer.join(', ')} limit ?` : ''}`,
    params: [
      ...stretches.flatMap((stretch) => [...params, ...stretch.params, query.limit + 1]),
      ...(pieces.length > 1 ? [query.limit + 1] : []),
    ],
  };
}

/** For each sort key in turn: those before it are the same, and it comes later. */
function stretchesAfter(sort: readonly SortKey[], after: Position): Fragment[] {
  return sort.flatMap((key, index) => {
    const same = sort.slice(0, index).map((before, position) => equal(before, after[position] ?? null));
    return later(key, after[index] ?? null).map((last) => {
      const all = [...same, last];
      return { sql: all.map(({ sql }) => sql).join(' and '), params: all.flatMap(({ params }) => params) };
    });
  });
}

function equal({ column }: SortKey, value: string | null): Fragment {
  return value === null
    ? { sql: `r.${column.column} is null`, params: [] }
    : { sql: `r.${column.column} = ?::${typeOf(column.type)}`, params: [value] };
}

function later({ column, isDescending }: SortKey, value: string | null): Fragment[] {
  const name = `r.${column.column}`;
  if (value === null) return isDescending ? [{ sql: `${name} is not null`, params: [] }] : [];
  if (isDescending) return [{ sql: `${name} < ?::${typeOf(column.type)}`, params: [value] }];
  const greater = { sql: `${name} > ?::${typeOf(column.type)}`, params: [value] };
  return column.required ? [greater] : [greater, { sql: `${name} is null`, params: [] }];
}
