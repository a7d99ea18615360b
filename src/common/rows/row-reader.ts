import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { ColumnType, RowBatch, RowsWanted, RowValue } from './row.types.js';
import { batchStatement, countStatement, type RowCondition, type RowTable } from './row-table.js';

const VALUE_OF: Readonly<Record<ColumnType, (text: string) => RowValue>> = {
  text: (text) => text,
  decimal: (text) => text,
  json: (text) => text,
  boolean: (text) => text === 'true',
  integer: Number,
  timestamp: Number,
};

/** Rows with the place of each, from where one can go on. */
export interface PlacedBatch extends RowBatch {
  readonly places: readonly string[];
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
    const texts = await this.sql.textsInWorkspace(wanted.workspaceId, sql, params);
    const readers = wanted.columns.map((name) => VALUE_OF[typeOf(table, name)]);
    const rows = texts.map((row) =>
      readers.map((read, index) => {
        const text = row[index + 1];
        return text === null || text === undefined ? null : read(text);
      }),
    );
    const places = texts.map(([place]) => place ?? '');
    return { rows, places, next: texts.length < wanted.limit ? null : (places.at(-1) ?? null) };
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

function typeOf({ columns }: RowTable, name: string): ColumnType {
  return columns.find((column) => column.name === name)?.type ?? 'text';
}
