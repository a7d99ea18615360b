/** What a column holds. */
export type ColumnType = 'text' | 'integer' | 'decimal' | 'boolean' | 'timestamp' | 'json';

/** A column of rows that are handed on, for example to an export. */
export interface RowColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  /** Whether it is left out unless somebody asks for it by name. */
  readonly isExtra?: boolean;
}

/**
 * A value: a decimal as text, so that no digit is lost; a timestamp as milliseconds of the epoch; JSON as its text.
 * `null` where there is none.
 */
export type RowValue = string | number | boolean | null;
export type Row = readonly RowValue[];

/** Which stretch of the past is looked at: snapshots of the database, as Postgres writes them (`pg_snapshot`). */
export interface SnapshotBounds {
  /** What had been committed then is looked at; what came later is not. */
  readonly snapshot: string;
  /** When given: only what is new or has changed since this one. */
  readonly since: string | null;
}

/** Which rows are wanted next, and which of their columns. */
export interface RowsWanted extends SnapshotBounds {
  readonly workspaceId: string;
  /** Names of columns, in the order of the values. */
  readonly columns: readonly string[];
  /** `next` of the batch before; null for the first one. */
  readonly after: string | null;
  readonly limit: number;
}
