import { parse } from 'csv-parse';
import { decodePage } from '../shared/page-charset.js';
import type { DocumentWriter } from './document-writer.js';
import { MAX_COLUMNS, RowWriter } from './rows.js';

const SAMPLE_CHARS = 20_000;
const MAX_RECORD_CHARS = 1_000_000;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Each row with the names of its columns. Quotes that are never closed, or stand within a cell, are text. */
export async function readCsv(body: Uint8Array, writer: DocumentWriter): Promise<void> {
  const text = decodePage(body);
  const rows = new RowWriter(writer);
  const parser = parse(text, {
    ...{ delimiter: delimiterOf(text.slice(0, SAMPLE_CHARS)), bom: true, info: true },
    ...{ relax_quotes: true, relax_column_count: true, skip_empty_lines: true },
    max_record_size: MAX_RECORD_CHARS,
  });
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
    rows.row(info.lines, record.slice(0, MAX_COLUMNS));
}

/** The sign that cuts most of the first lines into the same number of cells. */
function delimiterOf(sample: string): string {
  const lines = sample.split(/\r?\n/, 20).filter((line) => line.trim() !== '');
  const regularity = (delimiter: string): number => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const usual = counts[0] ?? 0;
    return usual === 0 ? 0 : counts.filter((count) => count === usual).length + usual / 1_000;
  };
  return DELIMITERS.reduce((best, one) => (regularity(one) > regularity(best) ? one : best));
}
