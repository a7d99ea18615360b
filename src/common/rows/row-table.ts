import type { Statement } from '#common/database';
import type { ColumnType, RowColumn, RowsWanted } from './row.types.js';

/** A column with the expression that gives it. */
export interface SqlColumn extends RowColumn {
  readonly sql: string;
  /** The join that the expression needs, by its name. */
  readonly join?: string;
}

/** A part of a key: an expression and its type. */
export interface KeyColumn {
  readonly sql: string;
  readonly type: 'uuid' | 'int';
}

/**
 * Rows that SQL gives, each with a key and the transactions that wrote it first and last. In all of its texts
 * `:workspace` is the id of the workspace and `:snapshot` what is looked at.
 */
export interface RowTable {
  readonly columns: readonly SqlColumn[];
  readonly from: string;
  /** Made only where a column or a condition needs them, in this order. */
  readonly joins: Readonly<Record<string, string>>;
  /** Joins that are made always. */
  readonly needs?: readonly string[];
  /** What rows are read in the order of, and known by: not null, and unique together. */
  readonly key: readonly KeyColumn[];
  /** Expressions of the workspace and of the transactions (`xid8`, null for rows of long ago). */
  readonly workspace: string;
  readonly created: string;
  readonly changed: string;
  /** Holds for all rows. */
  readonly condition?: string;
  /** Holds for all rows that were changed since; lets an index find them. `:since` is the snapshot before. */
  readonly changedCondition?: string;
}

/** A further condition, with its parameters, and the join that it needs. */
export interface RowCondition extends Statement {
  readonly join?: string;
}

/** What comes before all others. */
const FIRST: Readonly<Record<KeyColumn['type'] | 'xid8', string>> = {
  uuid: '00000000-0000-0000-0000-000000000000',
  int: '-1',
  xid8: '0',
};
/** How a value is asked for, so that it comes as a text whatever the driver would make of it. */
const AS_TEXT: Readonly<Record<ColumnType, (sql: string) => string>> = {
  text: (sql) => `(${sql})::text`,
  integer: (sql) => `(${sql})::text`,
  decimal: (sql) => `(${sql})::text`,
  boolean: (sql) => `(${sql})::text`,
  json: (sql) => `(${sql})::text`,
  timestamp: (sql) => `(date_part('epoch', ${sql}) * 1000)::bigint::text`,
};

type Bounds = Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>;

/**
 * A batch of rows in the order of their keys; with `since`, in the order in which they were changed.
 *
 * All rows are given that had been committed in the snapshot, as they are when they are read. With `since`, those whose
 * last change lies between the two snapshots: one that changes meanwhile comes with the next snapshot.
 */
export function batchStatement(
  table: RowTable,
  wanted: RowsWanted,
  conditions: readonly RowCondition[] = [],
): Statement {
  const order = orderOf(table, wanted.since);
  const position = positionOf(order, wanted.after);
  const columns = wanted.columns.map((name) => columnOf(table, name));
  const places = placesOf(order, columns);
  const keys = order.filter((_, index) => (places[index] ?? 0) >= columns.length);
  const values = [
    ...columns.map(({ type, sql }) => AS_TEXT[type](sql)),
    ...keys.map(({ sql }) => `(${sql})::text`),
  ].map((value, index) => `${value} as c${String(index)}`);
  const joins = new Set([...columns, ...conditions].flatMap(({ join }) => join ?? []));
  const expressions = order.map(({ sql }) => sql).join(', ');
  const after = order.map(({ type }) => `?::${type}`).join(', ');
  return bound(wanted, [
    {
      sql: `select ${values.join(', ')} ${fromOf(table, joins)} where`,
      params: [],
    },
    conditionOf(table, wanted, conditions),
    {
      sql: `and (${expressions}) > (${after}) order by ${expressions} limit ?`,
      params: [...position, wanted.limit],
    },
  ]);
}

/**
 * In which columns of a batch the parts of its position stand, in their order: among those that are wanted, or after them.
 */
export function placeColumns(
  table: RowTable,
  wanted: Pick<RowsWanted, 'columns' | 'since'>,
): readonly number[] {
  return placesOf(
    orderOf(table, wanted.since),
    wanted.columns.map((name) => columnOf(table, name)),
  );
}

/** How many rows there are in all, counted up to a limit. */
export function countStatement(
  table: RowTable,
  bounds: Bounds,
  conditions: readonly RowCondition[],
  limit: number,
): Statement {
  const joins = new Set(conditions.flatMap(({ join }) => join ?? []));
  return bound(bounds, [
    { sql: `select count(*)::int as count from (select 1 ${fromOf(table, joins)} where`, params: [] },
    conditionOf(table, bounds, conditions),
    { sql: 'limit ?) counted', params: [limit] },
  ]);
}

type OrderColumn = Pick<KeyColumn, 'sql'> & { readonly type: KeyColumn['type'] | 'xid8' };

function orderOf({ key, changed }: RowTable, since: string | null): readonly OrderColumn[] {
  return since === null ? key : [{ sql: changed, type: 'xid8' }, ...key];
}

function placesOf(order: readonly OrderColumn[], columns: readonly SqlColumn[]): readonly number[] {
  let next = columns.length;
  return order.map(({ sql }) => {
    const known = columns.findIndex((column) => column.sql === sql && column.type !== 'timestamp');
    return known < 0 ? next++ : known;
  });
}

function fromOf({ from, joins, needs = [] }: RowTable, wanted: ReadonlySet<string>): string {
  const made = Object.entries(joins).filter(([name]) => needs.includes(name) || wanted.has(name));
  return `from ${[from, ...made.map(([, sql]) => sql)].join(' ')}`;
}

function conditionOf(
  { workspace, created, changed, condition, changedCondition }: RowTable,
  { since }: Bounds,
  more: readonly RowCondition[],
): Statement {
  const seen =
    since === null
      ? [
          // A row that seems to come from the future was written by another server, before it was restored here.
          `(${created} is null or pg_visible_in_snapshot(${created}, :snapshot::pg_snapshot)
            or ${created} >= pg_snapshot_xmax(pg_current_snapshot()))`,
        ]
      : [
          // The first two find the rows by an index, the others decide.
          `${changed} >= pg_snapshot_xmin(:since::pg_snapshot)`,
          `${changed} < pg_snapshot_xmax(:snapshot::pg_snapshot)`,
          `pg_visible_in_snapshot(${changed}, :snapshot::pg_snapshot)`,
          `not pg_visible_in_snapshot(${changed}, :since::pg_snapshot)`,
          ...(changedCondition === undefined ? [] : [changedCondition]),
        ];
  const always = [
    `${workspace} = :workspace::uuid`,
    ...(condition === undefined ? [] : [condition]),
    ...seen,
  ];
  return {
    sql: [...always, ...more.map(({ sql }) => sql)].join(' and '),
    params: more.flatMap(({ params }) => params),
  };
}

/** Puts the pieces together, and a parameter into the place of each name. */
function bound({ workspaceId, snapshot, since }: Bounds, pieces: readonly Statement[]): Statement {
  const known = { workspace: workspaceId, snapshot, since } as const;
  const text = pieces.map(({ sql }) => sql).join(' ');
  const rest = pieces.flatMap(({ params }) => params)[Symbol.iterator]();
  const params: unknown[] = [];
  const sql = text.replaceAll(/\?|(?<!:):(?:workspace|snapshot|since)\b/g, (found) => {
    params.push(found === '?' ? rest.next().value : known[found.slice(1) as keyof typeof known]);
    return '?';
  });
  return { sql, params };
}

function columnOf({ columns }: RowTable, name: string): SqlColumn {
  const column = columns.find((one) => one.name === name);
  if (!column) throw new Error(`There is no column ${name}.`);
  return column;
}

function positionOf(order: readonly OrderColumn[], after: string | null): readonly string[] {
  if (after === null) return order.map(({ type }) => FIRST[type]);
  const parts = after.split(':');
  if (parts.length !== order.length) throw new Error('This is no position of these rows.');
  return parts;
}
