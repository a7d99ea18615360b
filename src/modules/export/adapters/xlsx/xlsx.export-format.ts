import type { Rows } from '#common/rows';
import type { PartState, Row } from '../../export.types.js';
import { FormatFull } from '../../exports.errors.js';
import {
  ExportFormat,
  type FormatEncoder,
  type FormatSettings,
  type PartEnd,
} from '../../ports/export-format.port.js';
import { ZonedTimes } from '../shared/zoned-times.js';
import { SHEET_BEGIN, SHEET_END, SheetWriter } from './sheet-xml.js';
import { CONTENT_TYPES, sheetPath, workbookParts } from './workbook.js';
import { addContent, beginEntry, directoryOf, endEntry, type ZipEntry } from './zip-pieces.js';

/** The most rows of a sheet, names of columns included. */
const MAX_SHEET_ROWS = 1_048_576;
/** Archives of the plain kind, which all programs read, count in 32 bits. */
const MAX_SHEET_BYTES = 3_500_000_000;
const MAX_FILE_BYTES = 4_000_000_000;
const NOTHING = new Uint8Array();

/** Where a workbook is. JSON. */
interface WorkbookState {
  readonly bytes: number;
  readonly entries: readonly ZipEntry[];
  /** The sheet that is being written; null when the next row begins one. */
  readonly sheet: ZipEntry | null;
  readonly sheetRows: number;
  readonly sheets: number;
}

const NEW: WorkbookState = { bytes: 0, entries: [], sheet: null, sheetRows: 0, sheets: 0 };

/**
 * A workbook, written as a stream. Where there are more rows than a sheet can hold, more sheets follow. Texts that are too
 * long for a cell are cut, and counted.
 */
export class XlsxExportFormat extends ExportFormat {
  readonly name = 'xlsx';
  readonly isText = false;

  constructor(private readonly maxSheetRows = MAX_SHEET_ROWS) {
    super();
  }

  open(settings: FormatSettings, done: readonly PartState[]): FormatEncoder {
    const state = (done.at(-1) as WorkbookState | undefined) ?? NEW;
    return new XlsxEncoder(settings, state, this.maxSheetRows);
  }
}

class XlsxEncoder implements FormatEncoder {
  readonly #writer: SheetWriter;
  readonly #title: string;

  constructor(
    { columns, timeZone, title }: FormatSettings,
    private state: WorkbookState,
    private readonly maxSheetRows: number,
  ) {
    this.#writer = new SheetWriter(columns, new ZonedTimes(timeZone));
    this.#title = title;
  }

  get cutValues(): number {
    return this.#writer.cutValues;
  }

  begin(): Promise<Uint8Array> {
    return this.#whole(...CONTENT_TYPES);
  }

  async encode(encoded: Rows): Promise<Uint8Array> {
    const rows = encoded.values();
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < rows.length;) {
      if (!this.state.sheet) pieces.push(await this.#beginSheet());
      const some = rows.slice(from, from + this.maxSheetRows - this.state.sheetRows);
      from += some.length;
      pieces.push(await this.#addRows(some));
      if (this.state.sheetRows >= this.maxSheetRows || (this.state.sheet?.bytes ?? 0) >= MAX_SHEET_BYTES)
        pieces.push(await this.#endSheet());
    }
    if (this.state.bytes > MAX_FILE_BYTES) throw new FormatFull('xlsx', 'parquet or csv');
    return Buffer.concat(pieces);
  }

  endPart(): PartEnd {
    return { bytes: NOTHING, state: this.state };
  }

  async finish(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    if (this.state.sheets === 0) pieces.push(await this.#beginSheet());
    if (this.state.sheet) pieces.push(await this.#endSheet());
    for (const [name, content] of workbookParts(this.#title, this.state.sheets))
      pieces.push(await this.#whole(name, content));
    pieces.push(directoryOf(this.state.entries, this.state.bytes));
    return Buffer.concat(pieces);
  }

  async #beginSheet(): Promise<Uint8Array> {
    const { entry, bytes } = beginEntry(sheetPath(this.state.sheets), this.state.bytes);
    this.state = {
      ...this.state,
      ...{
        sheet: entry,
        sheetRows: 1,
        sheets: this.state.sheets + 1,
        bytes: this.state.bytes + bytes.length,
      },
    };
    return Buffer.concat([bytes, await this.#add(`${SHEET_BEGIN}${this.#writer.head()}`)]);
  }

  async #addRows(rows: readonly Row[]): Promise<Uint8Array> {
    const first = this.state.sheetRows + 1;
    let xml = '';
    for (const [index, row] of rows.entries()) xml += this.#writer.row(row, first + index);
    this.state = { ...this.state, sheetRows: this.state.sheetRows + rows.length };
    return this.#add(xml);
  }

  async #endSheet(): Promise<Uint8Array> {
    const rest = await this.#add(SHEET_END);
    const { sheet, entries, bytes: before } = this.state;
    if (!sheet) return rest;
    const { entry, bytes } = endEntry(sheet);
    this.state = {
      ...this.state,
      ...{ entries: [...entries, entry], sheet: null, sheetRows: 0, bytes: before + bytes.length },
    };
    return Buffer.concat([rest, bytes]);
  }

  async #add(xml: string): Promise<Uint8Array> {
    if (!this.state.sheet) return NOTHING;
    const { entry, bytes } = await addContent(this.state.sheet, Buffer.from(xml));
    this.state = { ...this.state, sheet: entry, bytes: this.state.bytes + bytes.length };
    return bytes;
  }

  async #whole(name: string, content: string): Promise<Uint8Array> {
    const begun = beginEntry(name, this.state.bytes);
    const filled = await addContent(begun.entry, Buffer.from(content));
    const ended = endEntry(filled.entry);
    const bytes = Buffer.concat([begun.bytes, filled.bytes, ended.bytes]);
    this.state = {
      ...this.state,
      ...{ entries: [...this.state.entries, ended.entry], bytes: this.state.bytes + bytes.length },
    };
    return bytes;
  }
}
