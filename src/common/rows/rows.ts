import { PackedRows } from '#common/database';
import type { ColumnType, Row, RowValue } from './row.types.js';

/** Some rows, in order; as values, or as bytes for who has to be fast. */
export abstract class Rows {
  abstract readonly length: number;
  abstract values(): readonly Row[];
  /** All values as texts; further columns, which mean nothing here, may follow those that were asked for. */
  abstract packed(): PackedRows;

  /** Gives their memory back at once, when nobody needs them any more. */
  free(): void {
    return;
  }

  static of(values: readonly Row[]): Rows {
    return new MadeRows(values);
  }
}

/** Rows that somebody made. */
class MadeRows extends Rows {
  constructor(private readonly rows: readonly Row[]) {
    super();
  }

  get length(): number {
    return this.rows.length;
  }

  values(): readonly Row[] {
    return this.rows;
  }

  packed(): PackedRows {
    return PackedRows.of(this.rows.map((row) => row.map((value) => (value === null ? null : String(value)))));
  }
}

const VALUE_OF: Readonly<Record<ColumnType, (text: string) => RowValue>> = {
  text: (text) => text,
  decimal: (text) => text,
  json: (text) => text,
  boolean: (text) => text === 'true',
  integer: Number,
  timestamp: Number,
};

/** Rows that were read from the database. */
export class ReadRows extends Rows {
  constructor(
    private readonly rows: PackedRows,
    private readonly types: readonly ColumnType[],
  ) {
    super();
  }

  get length(): number {
    return this.rows.length;
  }

  values(): readonly Row[] {
    const { rows, types } = this;
    const readers = types.map((type) => VALUE_OF[type]);
    const values: Row[] = [];
    let row: RowValue[] = [];
    rows.forEach(
      (index, from, to) => {
        const read = readers[index];
        if (read) row.push(from < 0 ? null : read(rows.bytes.toString('utf8', from, to)));
      },
      () => {
        values.push(row);
        row = [];
      },
    );
    return values;
  }

  packed(): PackedRows {
    return this.rows;
  }

  override free(): void {
    this.rows.free();
  }
}

/** Some rows, in order. */
export interface RowBatch {
  readonly rows: Rows;
  /** Where the next batch begins; null when there is nothing more. */
  readonly next: string | null;
}
