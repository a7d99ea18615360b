import { CsvExportFormat } from './adapters/csv/csv.export-format.js';
import { JsonLinesExportFormat } from './adapters/json-lines/json-lines.export-format.js';
import { ParquetExportFormat } from './adapters/parquet/parquet.export-format.js';
import { XlsxExportFormat } from './adapters/xlsx/xlsx.export-format.js';
import type { ExportFormatName } from './export.types.js';
import type { ExportFormat } from './ports/export-format.port.js';

/** Injection token of all kinds of files, by their names. */
export const EXPORT_FORMATS_BY_NAME = Symbol('EXPORT_FORMATS_BY_NAME');
export type ExportFormats = ReadonlyMap<ExportFormatName, ExportFormat>;

export function exportFormats(): ExportFormats {
  const formats: readonly ExportFormat[] = [
    new CsvExportFormat(),
    new JsonLinesExportFormat(),
    new XlsxExportFormat(),
    new ParquetExportFormat(),
  ];
  return new Map(formats.map((format) => [format.name, format]));
}
