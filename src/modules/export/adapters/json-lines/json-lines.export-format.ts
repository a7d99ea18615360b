import type { ColumnType, Row, RowValue } from '../../export.types.js';
import {
  ExportFormat,
  type FormatEncoder,
  type FormatSettings,
  type PartEnd,
} from '../../ports/export-format.port.js';
import { ZonedTimes } from '../shared/zoned-times.js';

const NOTHING = new Uint8Array();

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
  readonly #keys: readonly string[];
  readonly #values: readonly ((value: Exclude<RowValue, null>) => string)[];

  constructor({ columns, timeZone }: FormatSettings) {
    const times = new ZonedTimes(timeZone);
    this.#keys = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    this.#values = columns.map(({ type }) => valueWriter(type, times));
  }

  begin(): Uint8Array {
    return NOTHING;
  }

  encode(rows: readonly Row[]): Uint8Array {
    let text = '';
    for (const row of rows) {
      for (let index = 0; index < this.#values.length; index += 1) {
        const value = row[index];
        text += this.#keys[index] ?? '';
        text += value === null || value === undefined ? 'null' : (this.#values[index]?.(value) ?? 'null');
      }
      text += '}\n';
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

function valueWriter(type: ColumnType, times: ZonedTimes): (value: Exclude<RowValue, null>) => string {
  if (type === 'timestamp') return (value) => `"${times.format(Number(value))}"`;
  if (type === 'text') return (value) => JSON.stringify(value);
  return String;
}
