import type { DocumentWriter } from './document-writer.js';

const NUMBER = /^[-+]?[\d.,\s]*\d[\d.,\s%]*$/;
/** Cells further to the right are not looked at. */
export const MAX_COLUMNS = 1_000;

/**
 * Writes rows so that each can be understood alone: with the names of its columns. The first row with several cells that
 * are all words names them; single cells above it are captions. A sheet is a heading, which stands where its rows begin.
 */
export class RowWriter {
  #names: readonly string[] | undefined;
  #isBegun = false;

  constructor(
    private readonly writer: DocumentWriter,
    private readonly sheet?: string,
  ) {}

  /** @param number of the row in its file, from 1. */
  row(number: number, cells: readonly string[]): void {
    const filled = cells.filter((cell) => cell.trim() !== '');
    if (filled.length === 0) return;
    if (this.#names === undefined && filled.length > 1) {
      const isHeader = filled.every((cell) => !NUMBER.test(cell.trim()));
      this.#names = isHeader ? cells.map((cell) => cell.trim()) : [];
      if (isHeader) return;
    }
    this.writer.place('row', number, this.sheet);
    if (!this.#isBegun && this.sheet !== undefined) this.writer.heading(2, this.sheet);
    this.#isBegun = true;
    this.writer.paragraph(this.#names === undefined ? filled.join(' ') : this.#named(cells));
  }

  #named(cells: readonly string[]): string {
    return cells
      .map((cell, column) => [
        this.#names?.[column] || columnLetters(column),
        cell.replace(/\s+/g, ' ').trim(),
      ])
      .filter(([, cell]) => cell !== '')
      .map(([name, cell]) => `${name}: ${cell}`)
      .join('; ');
  }
}

/** `A` to `Z`, `AA`, as spreadsheets name columns. */
function columnLetters(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}
