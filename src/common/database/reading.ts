import type { Statement } from './sql.js';

/**
 * A value that somebody else's statement reads along, where a statement of its own would cost too much
 * (docs/adr/0013-few-statements-on-the-hot-path.md).
 */
export interface Reading<Value> {
  /** A scalar subselect without its parentheses, of type `json`. */
  readonly expression: Statement;
  /** Understands what was read; `null` where the subselect had no row. */
  readonly understand: (read: unknown) => Value;
}

/** Values that are read along, by their names. */
export type Readings<Values> = { readonly [Name in keyof Values]: Reading<Values[Name]> };

/** Columns for a `select` list, one for each reading. Their parameters are bound in order. */
export function columnsOf<Values>(readings: Readings<Values>): Statement {
  const all = Object.entries<Reading<unknown>>(readings);
  return {
    sql: all.map(([name, { expression }]) => `, (${expression.sql}) as "read ${name}"`).join(''),
    params: all.flatMap(([, { expression }]) => expression.params),
  };
}

/** What the columns of `columnsOf` hold. */
export function readFrom<Values>(row: object, readings: Readings<Values>): Values {
  const cells = row as Readonly<Record<string, unknown>>;
  const all = Object.entries<Reading<unknown>>(readings);
  return Object.fromEntries(
    all.map(([name, { understand }]) => [name, understand(cells[`read ${name}`])]),
  ) as Values;
}
