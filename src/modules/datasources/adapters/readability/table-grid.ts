import { lineOf } from './line-of.js';

export interface Row {
  readonly cells: readonly Element[];
  readonly isHead: boolean;
}

/** Number of cells in the widest row. */
export function widestOf(rows: readonly Row[]): number {
  return rows.reduce((widest, { cells }) => Math.max(widest, cells.length), 0);
}

/** Lays the cells of a table out in columns. Spans end where the table does, whatever they claim. */
export class TableGrid {
  private readonly width: number;
  /** By column: cells of rows above that reach down. */
  private readonly hanging = new Map<number, { rowsLeft: number; readonly text: string }>();

  constructor(
    private readonly rows: readonly Row[],
    private readonly headCount: number,
  ) {
    this.width = widestOf(rows);
  }

  read(): string[][] {
    return this.rows.map(({ cells }, index) => {
      const line: string[] = [];
      for (const cell of cells) {
        this.takeHanging(line);
        this.place(cell, line, index);
      }
      this.takeHanging(line);
      return line;
    });
  }

  private takeHanging(line: string[]): void {
    for (let above = this.hanging.get(line.length); above; above = this.hanging.get(line.length)) {
      above.rowsLeft -= 1;
      if (above.rowsLeft === 0) this.hanging.delete(line.length);
      line.push(above.text);
    }
  }

  private place(cell: Element, line: string[], rowIndex: number): void {
    const text = lineOf(cell);
    const rowsLeft = spanOf(cell, 'rowspan', this.rows.length - rowIndex) - 1;
    const columns = spanOf(cell, 'colspan', Math.max(1, this.width - line.length));
    for (let column = 0; column < columns; column += 1) {
      const shown = column === 0 || rowIndex < this.headCount ? text : '';
      if (rowsLeft > 0 && line.length < this.width) this.hanging.set(line.length, { rowsLeft, text: shown });
      line.push(shown);
    }
  }
}

function spanOf(cell: Element, name: 'rowspan' | 'colspan', max: number): number {
  const value = Number.parseInt(cell.getAttribute(name) ?? '1', 10);
  if (name === 'rowspan' && value === 0) return max;
  return Math.min(Math.max(Number.isNaN(value) ? 1 : value, 1), max);
}
