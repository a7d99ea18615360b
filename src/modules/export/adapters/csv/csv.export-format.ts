import type { Rows } from '#common/rows';
import type { ColumnType, RowColumn } from '../../export.types.js';
import {
  ExportFormat,
  type FormatEncoder,
  type FormatSettings,
  type PartEnd,
} from '../../ports/export-format.port.js';
import { ByteSink } from '../shared/byte-sink.js';
import { isPlain, startsFormula } from '../shared/cell-safety.js';
import { TextLines, type WriteCell, writePlain, writeTime } from '../shared/text-lines.js';
import { ZonedTimes } from '../shared/zoned-times.js';

const BYTE_ORDER_MARK = '\ufeff';
const NOTHING = new Uint8Array();
const LINE_END = '\r\n';
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
/** Bytes that are in no cell without quotes. */
const NEEDS_QUOTES = new Uint8Array(256);
for (const sign of '",\r\n') NEEDS_QUOTES[sign.charCodeAt(0)] = 1;

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
  readonly #lines: TextLines;

  constructor(private readonly settings: FormatSettings) {
    const times = new ZonedTimes(settings.timeZone);
    const columns = settings.columns.map(({ type }, index) => ({
      ...{ before: index === 0 ? '' : ',', none: '', write: cellWriter(type, times) },
    }));
    this.#lines = new TextLines(columns, LINE_END);
  }

  begin(): Uint8Array {
    const names = this.settings.columns.map(({ name }: RowColumn) => textCell(name));
    return Buffer.from(`${this.settings.bom ? BYTE_ORDER_MARK : ''}${names.join(',')}${LINE_END}`);
  }

  encode(rows: Rows): Uint8Array {
    return this.#lines.of(rows);
  }

  endPart(): PartEnd {
    return { bytes: NOTHING, state: null };
  }

  finish(): Uint8Array {
    return NOTHING;
  }
}

function cellWriter(type: ColumnType, times: ZonedTimes): WriteCell {
  if (type === 'text' || type === 'json') return writeText;
  if (type !== 'timestamp') return writePlain;
  return (source, from, to, sink) => {
    writeTime(times, source, from, to, sink);
  };
}

/** What could be a formula gets an apostrophe before it, which makes it a text everywhere. */
const writeText: WriteCell = (source, from, to, sink) => {
  const isFormula =
    from < to && !isPlain(source[from] ?? 0) && startsFormula(source.toString('utf8', from, to));
  if (from < to && !isFormula && writeUnquoted(source, from, to, sink)) return;
  const bytes = sink.room(2 * (to - from) + 3);
  let at = sink.length;
  bytes[at++] = QUOTE;
  if (isFormula) bytes[at++] = APOSTROPHE;
  for (let index = from; index < to; index += 1) {
    const byte = source[index] ?? 0;
    if (byte === QUOTE) bytes[at++] = QUOTE;
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  sink.advance(at);
};

/** @returns whether it can stand without quotes; otherwise nothing was written. */
function writeUnquoted(source: Buffer, from: number, to: number, sink: ByteSink): boolean {
  const bytes = sink.room(to - from);
  let at = sink.length;
  for (let index = from; index < to; index += 1) {
    const byte = source[index] ?? 0;
    if (NEEDS_QUOTES[byte] === 1) return false;
    bytes[at++] = byte;
  }
  sink.advance(at);
  return true;
}

function textCell(text: string): string {
  const bytes = Buffer.from(text);
  const sink = new ByteSink();
  writeText(bytes, 0, bytes.length, sink);
  return Buffer.from(sink.take()).toString();
}
