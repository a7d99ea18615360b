import type { ExportFormatName } from './export.types.js';

const MEDIA_TYPE_OF: Readonly<Record<ExportFormatName, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
};
const ZIPPED = 'application/gzip';

/** All types of files that are sent, without their parameters. */
export const MEDIA_TYPES: readonly string[] = [...Object.values(MEDIA_TYPE_OF), ZIPPED].map(
  (type) => type.split(';', 1)[0] ?? type,
);

export function mediaTypeOf(format: ExportFormatName, isZipped: boolean): string {
  return isZipped ? ZIPPED : MEDIA_TYPE_OF[format];
}
