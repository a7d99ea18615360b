import type { Rows } from '#common/rows';
import { ByteSink } from './byte-sink.js';
import type { ZonedTimes } from './zoned-times.js';

const ZERO = 0x30;

/** Writes a value, whose text stands there in UTF-8. */
export type WriteCell = (source: Buffer, from: number, to: number, sink: ByteSink) => void;

/** A column of lines. */
export interface LineColumn {
  /** What stands before the value. */
  readonly before: string;
  /** What stands for no value. */
  readonly none: string;
  readonly write: WriteCell;
}

/** Writes rows as lines of text, from bytes to bytes: there are no strings in between, which would be most of the work. */
export class TextLines {
  readonly #sink = new ByteSink();
  readonly #columns: readonly { readonly before: Buffer; readonly none: Buffer; readonly write: WriteCell }[];
  readonly #end: Buffer;

  constructor(columns: readonly LineColumn[], end: string) {
    this.#columns = columns.map(({ before, none, write }) => ({
      ...{ before: Buffer.from(before), none: Buffer.from(none), write },
    }));
    this.#end = Buffer.from(end);
  }

  of(rows: Rows): Uint8Array {
    const sink = this.#sink;
    const columns = this.#columns;
    const end = this.#end;
    const packed = rows.packed();
    const { bytes } = packed;
    packed.forEach(
      (index, from, to) => {
        const column = columns[index];
        if (!column) return;
        sink.put(column.before, 0, column.before.length);
        if (from < 0) sink.put(column.none, 0, column.none.length);
        else column.write(bytes, from, to, sink);
      },
      () => {
        sink.put(end, 0, end.length);
      },
    );
    return sink.take();
  }
}

/** For values that are written as they are. */
export const writePlain: WriteCell = (source, from, to, sink) => {
  sink.put(source, from, to);
};

/** Writes milliseconds of the epoch as a time. */
export function writeTime(times: ZonedTimes, source: Buffer, from: number, to: number, sink: ByteSink): void {
  sink.ascii(times.format(integerAt(source, from, to)));
}

function integerAt(source: Buffer, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const digit = (source[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number(source.toString('latin1', from, to));
    value = value * 10 + digit;
  }
  return value;
}
