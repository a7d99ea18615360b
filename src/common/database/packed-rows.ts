/** Before each row: `D`, and its length. */
const HEAD_BYTES = 5;
const DATA_ROW = 0x44;
const NULL = -1;

/** Called for each value with where its text begins and ends in the bytes; for null, `from` is -1. */
export type VisitValue = (column: number, from: number, to: number) => void;

/**
 * Rows as Postgres sends them: of each `D`, its length (4 bytes), the count of its columns (2 bytes), and of each column the
 * length (4 bytes; -1 for null) and the text in UTF-8. So very many can be handed on without a string for each value.
 */
export class PackedRows {
  /** @param isCut whether there were more rows, which were left out because they would be too many bytes. */
  constructor(
    readonly bytes: Buffer,
    readonly length: number,
    readonly isCut = false,
  ) {}

  static of(rows: readonly (readonly (string | null)[])[]): PackedRows {
    const bytes = Buffer.allocUnsafeSlow(rows.reduce((sum, row) => sum + sizeOf(row), 0));
    let at = 0;
    for (const row of rows) {
      const begin = at;
      at = bytes.writeInt16BE(row.length, begin + HEAD_BYTES);
      for (const text of row) {
        const length = text === null ? NULL : bytes.write(text, at + 4);
        at = bytes.writeInt32BE(length, at) + Math.max(0, length);
      }
      bytes[begin] = DATA_ROW;
      bytes.writeInt32BE(at - begin - 1, begin + 1);
    }
    return new PackedRows(bytes, rows.length);
  }

  /**
   * Gives the memory back at once, when nobody needs them any more. The collector would not see it for long, since there
   * are few objects, and then look through the whole heap for it.
   */
  free(): void {
    (this.bytes.buffer as ArrayBuffer).transfer(0);
  }

  /** Goes through all values, row by row. */
  forEach(visit: VisitValue, endRow: () => void): void {
    const { bytes, length: rows } = this;
    let at = 0;
    for (let row = 0; row < rows; row += 1) {
      const columns = bytes.readInt16BE(at + HEAD_BYTES);
      at += HEAD_BYTES + 2;
      for (let column = 0; column < columns; column += 1) {
        const length = bytes.readInt32BE(at);
        const from = at + 4;
        at = length === NULL ? from : from + length;
        visit(column, length === NULL ? NULL : from, at);
      }
      endRow();
    }
  }

  /** What stands in a column, row by row. */
  texts(column: number): (string | null)[] {
    const texts: (string | null)[] = [];
    this.forEach(
      (index, from, to) => {
        if (index === column) texts.push(from < 0 ? null : this.bytes.toString('utf8', from, to));
      },
      () => undefined,
    );
    return texts;
  }

  /** The last row alone; nothing when there is none. */
  last(): PackedRows {
    const { bytes, length } = this;
    let begin = 0;
    for (let row = 1; row < length; row += 1) begin += 1 + bytes.readInt32BE(begin + 1);
    return new PackedRows(bytes.subarray(begin), Math.min(1, length));
  }
}

function sizeOf(row: readonly (string | null)[]): number {
  return row.reduce((sum, text) => sum + 4 + (text === null ? 0 : Buffer.byteLength(text)), HEAD_BYTES + 2);
}
