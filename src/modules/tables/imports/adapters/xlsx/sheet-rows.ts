import { type FileRow, MAX_COLUMNS } from '../../import.types.js';
import { FileUnreadable } from '../../imports.errors.js';
import { dateOf } from './excel-dates.js';
import { type CellLexicon, StringItem } from './workbook.js';
import type { XmlVisitor } from './xml-part.js';

/** As many as Excel knows. */
const MAX_ROWS = 1_048_576;

/** Collects the rows of a sheet; those without any value are passed over. */
export class SheetRows implements XmlVisitor {
  readonly #inline = new StringItem();
  #rows: FileRow[] = [];
  #cells: unknown[] = [];
  #number = 0;
  #column = -1;
  #type = 'n';
  #style = 0;
  #value = '';
  #formula = '';
  #within: 'v' | 'f' | null = null;

  constructor(private readonly lexicon: CellLexicon) {}

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') this.#openRow(attributes);
    else if (name === 'c') this.#openCell(attributes);
    else if (name === 'v' || name === 'f') this.#within = name;
    else this.#inline.open(name);
  }

  text(text: string): void {
    if (this.#within === 'v') this.#value += text;
    else if (this.#within === 'f') this.#formula += text;
    else this.#inline.add(text);
  }

  close(name: string): void {
    if (name === 'row') this.#closeRow();
    else if (name === 'c') this.#closeCell();
    else if (name === 'v' || name === 'f') this.#within = null;
    else this.#inline.close(name);
  }

  take(): FileRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #openRow({ r }: Readonly<Record<string, string>>): void {
    const number = r === undefined ? this.#number + 1 : Number(r);
    if (!(number > this.#number && number <= MAX_ROWS))
      throw new FileUnreadable('its rows are out of order.');
    this.#number = number;
    this.#column = -1;
    this.#cells = [];
  }

  #closeRow(): void {
    if (this.#cells.length > 0)
      this.#rows.push({ number: this.#number, cells: Array.from(this.#cells, (cell) => cell ?? null) });
    this.#cells = [];
  }

  #openCell({ r, t = 'n', s }: Readonly<Record<string, string>>): void {
    this.#column = r === undefined ? this.#column + 1 : columnOf(r);
    this.#type = t;
    this.#style = Number(s ?? 0);
    this.#value = '';
    this.#formula = '';
    this.#inline.take();
  }

  /** A formula counts as what it came to when the file was saved. */
  #closeCell(): void {
    const value = this.#valueOf(this.#value, this.#inline.take());
    if (value === null || value === '') return;
    if (this.#column >= MAX_COLUMNS)
      throw new FileUnreadable(`it has more than ${String(MAX_COLUMNS)} columns.`);
    this.#cells[this.#column] = value;
  }

  #valueOf(value: string, inline: string): unknown {
    if (this.#type === 'inlineStr') return inline;
    if (value === '') return this.#formula === '' ? null : `=${this.#formula}`;
    switch (this.#type) {
      case 's':
        return this.lexicon.strings[Number(value)] ?? null;
      case 'b':
        return value === '1';
      case 'n':
        return this.#numberOf(value);
      default:
        return value;
    }
  }

  #numberOf(value: string): unknown {
    const number = Number(value);
    if (Number.isNaN(number)) return value;
    const date = this.lexicon.dateStyles[this.#style] ? dateOf(number, this.lexicon.isFrom1904) : null;
    return date ?? number;
  }
}

/** `B7` -> 1. */
function columnOf(reference: string): number {
  let column = 0;
  for (let index = 0; index < 3; index += 1) {
    const letter = reference.charCodeAt(index) - 64;
    if (!(letter >= 1 && letter <= 26)) break;
    column = column * 26 + letter;
  }
  if (column === 0) throw new FileUnreadable('a cell has no place.');
  return column - 1;
}
