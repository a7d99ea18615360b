import { CsvError, parse, type Parser } from 'csv-parse';
import {
  type FileBytes,
  type FileRow,
  type FileRows,
  MAX_COLUMNS,
  MAX_LINE_BYTES,
  MAX_ROWS,
  type ReadSettings,
} from '../../import.types.js';
import { FileUnreadable } from '../../imports.errors.js';
import type { RowReader } from '../../ports/row-reader.port.js';
import { decoded } from '../decoded.js';

/** Reads values that are separated by commas, tabs or other characters. */
export class CsvParseRowReader implements RowReader {
  async *rows(file: FileBytes, { delimiter, encoding }: ReadSettings): AsyncGenerator<FileRows> {
    const reading = new CsvReading(delimiter);
    for await (const { text, bytesRead } of decoded(file, encoding))
      yield { rows: await reading.take(text), bytesRead };
    yield { rows: await reading.end(), bytesRead: file.bytes };
  }
}

/** Text goes in, rows come out. What the parser holds is one row at most. */
class CsvReading {
  readonly #parser: Parser;
  readonly #failed = Promise.withResolvers<never>();
  #rows: FileRow[] = [];
  #count = 0;
  #line = 0;
  #sinceLine = 0;
  #number = 0;

  constructor(delimiter: string) {
    this.#parser = parse({
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      // A quote within a value that does not begin with one, such as 5" pipe.
      relax_quotes: true,
      max_record_size: MAX_LINE_BYTES,
      skip_empty_lines: true,
      on_record: (record: string[], { empty_lines: emptyLines }) => {
        this.#keep(record, emptyLines);
        return null;
      },
    });
    this.#failed.promise.catch(() => undefined);
    this.#parser.once('error', (error) => {
      this.#failed.reject(this.#told(error));
    });
    this.#parser.resume();
  }

  async take(text: string): Promise<FileRow[]> {
    if (text === '') return [];
    const written = Promise.withResolvers<void>();
    this.#parser.write(text, () => {
      written.resolve();
    });
    await Promise.race([written.promise, this.#failed.promise]);
    this.#assertLinesEnd(text.length);
    return this.#taken();
  }

  async end(): Promise<FileRow[]> {
    const ended = Promise.withResolvers<void>();
    this.#parser.once('end', ended.resolve).end();
    await Promise.race([ended.promise, this.#failed.promise]);
    return this.#taken();
  }

  /** The parser bounds the values of a row, not how many there are: those that are empty cost nothing in its count. */
  #assertLinesEnd(characters: number): void {
    const { lines } = this.#parser.info;
    this.#sinceLine = lines === this.#line ? this.#sinceLine + characters : 0;
    this.#line = lines;
    if (this.#sinceLine > MAX_LINE_BYTES) throw this.#tooLong();
  }

  #tooLong(cause?: unknown): FileUnreadable {
    const row = String(this.#number + 1);
    return new FileUnreadable(
      `row ${row} is longer than 1 MB. Is a quote never closed, or is this another kind of file?`,
      cause,
    );
  }

  #keep(cells: string[], emptyLines: number): void {
    this.#count += 1;
    this.#number = this.#count + emptyLines;
    if (this.#count > MAX_ROWS) throw new TooMuch(`more than ${String(MAX_ROWS)} rows`);
    if (cells.length > MAX_COLUMNS) throw new TooMuch(`more than ${String(MAX_COLUMNS)} columns`);
    if (cells.some((cell) => cell !== '')) this.#rows.push({ number: this.#number, cells });
  }

  #taken(): FileRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #told(error: unknown): FileUnreadable {
    const row = String(this.#number + 1);
    if (error instanceof TooMuch) return new FileUnreadable(error.message, error);
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED')
      return new FileUnreadable(`a quote that opens in row ${row} is never closed.`, error);
    if (error instanceof CsvError && error.code === 'CSV_MAX_RECORD_SIZE') return this.#tooLong(error);
    return new FileUnreadable(`row ${row} is no row of values.`, error);
  }
}

class TooMuch extends Error {
  constructor(what: string) {
    super(`it has ${what}.`);
  }
}
