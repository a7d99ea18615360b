import type { ColumnType, Row, RowColumn, RowValue } from '../../export.types.js';
import {
  ExportFormat,
  type FormatEncoder,
  type FormatSettings,
  type PartEnd,
} from '../../ports/export-format.port.js';
import { startsFormula } from '../shared/cell-safety.js';
import { ZonedTimes } from '../shared/zoned-times.js';

const BYTE_ORDER_MARK = '\ufeff';
const NEEDS_QUOTES = /[",\r\n]/;
const NOTHING = new Uint8Array();

/** RFC 4180. No value is there: nothing between commas; an empty text is `""`. */
export class CsvExportFormat extends ExportFormat {
  readonly name = 'csv';
  readonly isText = true;

  open(settings: FormatSettings): FormatEncoder {
    return new CsvEncoder(settings);
  }
}

class CsvEncoder implements FormatEncoder {
  readonly cutValues = 0;
  readonly #cells: readonly ((value: Exclude<RowValue, null>) => string)[];

  constructor(private readonly settings: FormatSettings) {
    const times = new ZonedTimes(settings.timeZone);
    this.#cells = settings.columns.map(({ type }) => cellWriter(type, times));
  }

  begin(): Uint8Array {
    const names = this.settings.columns.map(({ name }: RowColumn) => textCell(name));
    return Buffer.from(`${this.settings.bom ? BYTE_ORDER_MARK : ''}${names.join(',')}\r\n`);
  }

  encode(rows: readonly Row[]): Uint8Array {
    let text = '';
    for (const row of rows) {
      for (let index = 0; index < this.#cells.length; index += 1) {
        const value = row[index];
        if (index > 0) text += ',';
        if (value !== null && value !== undefined) text += this.#cells[index]?.(value) ?? '';
      }
      text += '\r\n';
    }
    return Buffer.from(text);
  }

  endPart(): PartEnd {
    return { bytes: NOTHING, state: null };
  }

  finish(): Uint8Array {
    return NOTHING;
  }
}

function cellWriter(type: ColumnType, times: ZonedTimes): (value: Exclude<RowValue, null>) => string {
  if (type === 'timestamp') return (value) => times.format(Number(value));
  if (type === 'text' || type === 'json') return (value) => textCell(String(value));
  return String;
}

/** What could be a formula gets an apostrophe before it, which makes it a text everywhere. */
function textCell(text: string): string {
  if (text === '') return '""';
  if (startsFormula(text)) return `"'${text.replaceAll('"', '""')}"`;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
