import { Injectable } from '@nestjs/common';
import { type PackedRows, Sql } from '#common/database';
import type { ColumnType, RowsWanted } from './row.types.js';
import {
  batchStatement,
  countStatement,
  placeColumns,
  type RowCondition,
  type RowTable,
} from './row-table.js';
import { ReadRows, type RowBatch } from './rows.js';

/** Rows with the place of each, from where one can go on. */
export interface PlacedBatch extends RowBatch {
  places(): readonly string[];
}

/** Reads rows in batches, each by a statement of its own, so that nobody else has to wait for a connection. */
@Injectable()
export class RowReader {
  constructor(private readonly sql: Sql) {}

  /** What is committed now: see `SnapshotBounds`. */
  async snapshot(): Promise<string> {
    const [row] = await this.sql.acrossWorkspaces<{ snapshot: string }>(
      'a snapshot is of the whole database',
      'select pg_current_snapshot()::text as snapshot',
    );
    if (!row) throw new Error('There is no snapshot.');
    return row.snapshot;
  }

  async batch(
    table: RowTable,
    wanted: RowsWanted,
    conditions: readonly RowCondition[],
  ): Promise<PlacedBatch> {
    const { sql, params } = batchStatement(table, wanted, conditions);
    const packed = await this.sql.packedInWorkspace(wanted.workspaceId, sql, params);
    const types = wanted.columns.map((name) => typeOf(table, name));
    const columns = placeColumns(table, wanted);
    const isLast = packed.length < wanted.limit && !packed.isCut;
    return {
      rows: new ReadRows(packed, types),
      places: () => placesIn(packed, columns),
      next: isLast ? null : (placesIn(packed.last(), columns)[0] ?? null),
    };
  }

  /** Counted up to a limit. */
  async count(
    table: RowTable,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    conditions: readonly RowCondition[],
    limit: number,
  ): Promise<number> {
    const { sql, params } = countStatement(table, wanted, conditions, limit);
    const [row] = await this.sql.inWorkspace<{ count: number }>(wanted.workspaceId, sql, params);
    return row?.count ?? 0;
  }
}

function placesIn(rows: PackedRows, columns: readonly number[]): readonly string[] {
  const parts = columns.map((column) => rows.texts(column));
  return (parts[0] ?? []).map((_, row) => parts.map((texts) => texts[row] ?? '').join(':'));
}

function typeOf({ columns }: RowTable, name: string): ColumnType {
  return columns.find((column) => column.name === name)?.type ?? 'text';
}
