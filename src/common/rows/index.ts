/**
 * Owns how modules hand on rows of theirs, very many if need be: columns with types, in batches, as of a snapshot.
 * Does not own any rows, nor what becomes of them.
 * Announces nothing.
 */
export { type PlacedBatch, RowReader } from './row-reader.js';
export type { KeyColumn, RowCondition, RowTable, SqlColumn } from './row-table.js';
export type { ColumnType, Row, RowColumn, RowsWanted, RowValue, SnapshotBounds } from './row.types.js';
export { type RowBatch, Rows } from './rows.js';
export { RowsModule } from './rows.module.js';
