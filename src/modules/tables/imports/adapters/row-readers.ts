import type { FileBytes, ImportFormat } from '../import.types.js';
import type { RowReader } from '../ports/row-reader.port.js';
import { CsvParseRowReader } from './csv-parse/csv-parse.row-reader.js';
import { JsonLinesRowReader } from './lines/json-lines.row-reader.js';
import { XlsxRowReader } from './xlsx/xlsx.row-reader.js';

const XLSX = new XlsxRowReader();

/** Who reads which kind of file. */
export const ROW_READERS: Readonly<Record<ImportFormat, RowReader>> = {
  csv: new CsvParseRowReader(),
  jsonl: new JsonLinesRowReader(),
  xlsx: XLSX,
};

/** The names of the sheets of a workbook. @throws FileUnreadable */
export function sheetsOf(file: FileBytes): Promise<string[]> {
  return XLSX.sheets(file);
}
