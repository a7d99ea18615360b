import type { Row, RowColumn, RowValue } from '../../export.types.js';
import { startsFormula } from '../shared/cell-safety.js';
import type { ZonedTimes } from '../shared/zoned-times.js';

/** The most characters that a cell can hold. */
export const MAX_CELL_CHARACTERS = 32_767;
const CUT = ' [cut here: a cell holds no more]';
const DAY_MS = 86_400_000;
/** Days from 30 December 1899, from which workbooks count, to 1970. */
const EPOCH_DAYS = 25_569;
/** 1 March 1900: what was before, programs count in two ways. */
const FIRST_MS = Date.UTC(1900, 2, 1);
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** What XML cannot hold. */
const UNFIT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** A text that would be read as such a sign. */
const ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)/g;
const MARKUP = /[&<>\r]/;

/** Numbers of the styles in `workbook.ts`. */
export const STYLE = { time: 1, quoted: 2, head: 3 } as const;

export const SHEET_BEGIN =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">' +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>';
export const SHEET_END = '</sheetData></worksheet>';

/** `A`, `B`, ... `AA`. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return (rest < 0 ? '' : columnLetters(rest)) + String.fromCharCode(65 + (index % 26));
}

/** Writes rows of a sheet as XML. */
export class SheetWriter {
  cutValues = 0;
  readonly #letters: readonly string[];

  constructor(
    private readonly columns: readonly RowColumn[],
    private readonly times: ZonedTimes,
  ) {
    this.#letters = columns.map((_, index) => columnLetters(index));
  }

  head(): string {
    const cells = this.columns.map(({ name }, index) => {
      const style = startsFormula(name) ? STYLE.quoted : STYLE.head;
      return this.#text(`${this.#letters[index] ?? ''}1`, name, style);
    });
    return `<row r="1">${cells.join('')}</row>`;
  }

  row(row: Row, number: number): string {
    let xml = `<row r="${String(number)}">`;
    for (let index = 0; index < this.columns.length; index += 1) {
      const value = row[index];
      if (value === null || value === undefined) continue;
      xml += this.#cell(`${this.#letters[index] ?? ''}${String(number)}`, index, value);
    }
    return `${xml}</row>`;
  }

  #cell(at: string, index: number, value: Exclude<RowValue, null>): string {
    switch (this.columns[index]?.type) {
      case 'integer':
      case 'decimal':
        return `<c r="${at}"><v>${String(value)}</v></c>`;
      case 'boolean':
        return `<c r="${at}" t="b"><v>${value === true ? '1' : '0'}</v></c>`;
      case 'timestamp':
        return this.#time(at, Number(value));
      case 'text':
      case 'json':
      case undefined:
        return this.#text(at, String(value));
    }
  }

  /** On the clocks of the zone; what workbooks know no day for is a text. */
  #time(at: string, ms: number): string {
    const local = ms + this.times.offsetMs(ms);
    if (local < FIRST_MS || local > LAST_MS) return this.#text(at, this.times.format(ms));
    return `<c r="${at}" s="${String(STYLE.time)}"><v>${String(local / DAY_MS + EPOCH_DAYS)}</v></c>`;
  }

  /** A text is marked as one, so that no program takes it for a formula, also when somebody edits it. */
  #text(at: string, text: string, style: number = startsFormula(text) ? STYLE.quoted : 0): string {
    const mark = style === 0 ? '' : ` s="${String(style)}"`;
    return `<c r="${at}"${mark} t="inlineStr"><is><t xml:space="preserve">${escaped(this.#fitted(text))}</t></is></c>`;
  }

  #fitted(text: string): string {
    if (text.length <= MAX_CELL_CHARACTERS) return text;
    this.cutValues += 1;
    const kept = text.slice(0, MAX_CELL_CHARACTERS - CUT.length);
    return `${kept.replace(/[\ud800-\udbff]$/, '')}${CUT}`;
  }
}

function escaped(text: string): string {
  const shown = text
    .replace(ESCAPED, '_x005F_')
    .replace(UNFIT, (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
  return MARKUP.test(shown)
    ? shown
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('\r', '_x000D_')
    : shown;
}
