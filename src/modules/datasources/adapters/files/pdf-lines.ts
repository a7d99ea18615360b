/** A piece of text as it is set on a page. */
export interface PdfPiece {
  readonly str: string;
  /** Its last two numbers are where the piece begins, from the bottom left. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** A line of a page. */
export interface PdfLine {
  readonly text: string;
  /** Height of its letters, in half points. */
  readonly size: number;
  readonly bottom: number;
  /** Whether it has gaps as between the columns of a table. */
  readonly isRow: boolean;
}

/** Gaps between pieces, in heights of their letters. */
const SPACE_GAP = 0.15;
const COLUMN_GAP = 1.5;

/** Brings the pieces of a page together into lines, in the order of the file. */
export class PdfPageLines {
  readonly lines: PdfLine[] = [];
  #text = '';
  #size = 0;
  #bottom = 0;
  #right = 0;
  #isRow = false;

  constructor(pieces: readonly PdfPiece[]) {
    for (const piece of pieces) this.#add(piece);
    this.#end();
  }

  #add({ str, transform, width, height }: PdfPiece): void {
    if (str.trim() === '') return;
    const [left = 0, bottom = 0] = transform.slice(4);
    const size = height || Math.abs(transform[3] ?? 0);
    const isSameLine = this.#text !== '' && Math.abs(bottom - this.#bottom) < size / 2;
    if (!isSameLine) this.#end();
    const gap = isSameLine ? (left - this.#right) / (size || 1) : 0;
    if (gap > COLUMN_GAP) [this.#text, this.#isRow] = [`${this.#text} | `, true];
    else if (gap > SPACE_GAP && !/\s$/.test(this.#text)) this.#text += ' ';
    this.#text += str;
    this.#size = Math.max(this.#size, size);
    this.#bottom = bottom;
    this.#right = left + width;
  }

  #end(): void {
    const text = this.#text.replace(/\s+/g, ' ').trim();
    const size = Math.round(this.#size * 2) / 2;
    if (text) this.lines.push({ text, size, bottom: this.#bottom, isRow: this.#isRow });
    [this.#text, this.#size, this.#isRow] = ['', 0, false];
  }
}
