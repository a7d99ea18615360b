import type { Rows } from '#common/rows';
import type { ColumnType } from '../../export.types.js';
import {
  ExportFormat,
  type FormatEncoder,
  type FormatSettings,
  type PartEnd,
} from '../../ports/export-format.port.js';
import { TextLines, type WriteCell, writePlain, writeTime } from '../shared/text-lines.js';
import { ZonedTimes } from '../shared/zoned-times.js';

const NOTHING = new Uint8Array();
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');
/** What follows a backslash in the place of a byte that no text of JSON holds; `u` where that is its number. */
const ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isEscaped = byte < 0x20 || byte === QUOTE || byte === BACKSLASH;
  return isEscaped ? JSON.stringify(String.fromCharCode(byte)).charCodeAt(2) : 0;
});
const BY_NUMBER = 0x75;
const ZERO = 0x30;
const LONGEST_ESCAPE = 6;
/** So many bytes are written at a time: room is made for the worst that can become of them. */
const PIECE = 16_384;

/** An object a line; a decimal is a number with all of its digits. */
export class JsonLinesExportFormat extends ExportFormat {
  readonly name = 'jsonl';
  readonly isText = true;

  open(settings: FormatSettings): FormatEncoder {
    return new JsonLinesEncoder(settings);
  }
}

class JsonLinesEncoder implements FormatEncoder {
  readonly cutValues = 0;
  readonly #lines: TextLines;

  constructor({ columns, timeZone }: FormatSettings) {
    const times = new ZonedTimes(timeZone);
    const written = columns.map(({ name, type }, index) => ({
      before: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
      ...{ none: 'null', write: valueWriter(type, times) },
    }));
    this.#lines = new TextLines(written, '}\n');
  }

  begin(): Uint8Array {
    return NOTHING;
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

function valueWriter(type: ColumnType, times: ZonedTimes): WriteCell {
  if (type === 'text') return writeText;
  if (type !== 'timestamp') return writePlain;
  return (source, from, to, sink) => {
    sink.byte(QUOTE);
    writeTime(times, source, from, to, sink);
    sink.byte(QUOTE);
  };
}

const writeText: WriteCell = (source, from, to, sink) => {
  sink.byte(QUOTE);
  for (let begin = from; begin < to; begin += PIECE)
    writePiece(source, begin, Math.min(to, begin + PIECE), sink);
  sink.byte(QUOTE);
};

const writePiece: WriteCell = (source, from, to, sink) => {
  const bytes = sink.room(LONGEST_ESCAPE * (to - from));
  let at = sink.length;
  for (let index = from; index < to; index += 1) {
    const byte = source[index] ?? 0;
    if (ESCAPES[byte] === 0) bytes[at++] = byte;
    else at = writeEscape(byte, bytes, at);
  }
  sink.advance(at);
};

/** @returns where it ends. */
function writeEscape(byte: number, bytes: Buffer, from: number): number {
  let at = from;
  bytes[at++] = BACKSLASH;
  bytes[at++] = ESCAPES[byte] ?? 0;
  if (ESCAPES[byte] !== BY_NUMBER) return at;
  bytes[at++] = ZERO;
  bytes[at++] = ZERO;
  bytes[at++] = HEX[byte >> 4] ?? 0;
  bytes[at++] = HEX[byte & 15] ?? 0;
  return at;
}
