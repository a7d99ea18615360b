import {
  type FileBytes,
  type FileRow,
  type FileRows,
  MAX_LINE_BYTES,
  MAX_ROWS,
  type ReadSettings,
} from '../../import.types.js';
import { FileUnreadable } from '../../imports.errors.js';
import type { RowReader } from '../../ports/row-reader.port.js';
import { decoded } from '../decoded.js';

const NO_OBJECT = 'is no JSON object';

/** Reads files in which each line is a JSON object. */
export class JsonLinesRowReader implements RowReader {
  async *rows(file: FileBytes, { encoding }: ReadSettings): AsyncGenerator<FileRows> {
    let rest = '';
    let number = 0;
    for await (const { text, bytesRead } of decoded(file, encoding)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      const first = number + 1;
      number += lines.length;
      if (number > MAX_ROWS) throw new FileUnreadable(`it has more than ${String(MAX_ROWS)} lines.`);
      if (rest.length > MAX_LINE_BYTES)
        throw new FileUnreadable(`line ${String(number + 1)} is longer than 1 MB.`);
      yield { rows: lines.flatMap((line, index) => rowOf(line, first + index)), bytesRead };
    }
    yield { rows: rowOf(rest, number + 1), bytesRead: file.bytes };
  }
}

function rowOf(line: string, number: number): FileRow[] {
  if (line.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return [{ number, cells: value as Readonly<Record<string, unknown>> }];
  } catch {
    // A line that is no JSON is told of like other bad rows.
  }
  return [{ number, cells: {}, problem: NO_OBJECT }];
}
