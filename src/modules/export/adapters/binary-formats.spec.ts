import { describe, expect, it } from '@jest/globals';
import { read, utils } from '@e965/xlsx';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { Rows } from '#common/rows';
import type { PartState, Row, RowColumn } from '../export.types.js';
import type { ExportFormat, FormatSettings } from '../ports/export-format.port.js';
import { ParquetExportFormat } from './parquet/parquet.export-format.js';
import { XlsxExportFormat } from './xlsx/xlsx.export-format.js';

const COLUMNS: readonly RowColumn[] = [
  { name: 'id', type: 'integer', description: '' },
  { name: 'content', type: 'text', description: '' },
  { name: 'cost', type: 'decimal', description: '' },
  { name: 'answered', type: 'boolean', description: '' },
  { name: 'at', type: 'timestamp', description: '' },
  { name: 'more', type: 'json', description: '' },
];
const AT = Date.UTC(2026, 0, 31, 12, 0, 0, 125);
const settings = (timeZone = 'UTC'): FormatSettings => ({
  ...{ columns: COLUMNS, timeZone, bom: false, title: 'messages' },
});
const row = (id: number, content: string | null = `Text ${String(id)}`): Row => [
  ...[id, content, '0.00123000', id % 2 === 0, AT, '{"a":["b"]}'],
];

/** Writes parts, each by an encoder that knows no more than the states of those before. */
async function written(
  format: ExportFormat,
  parts: readonly (readonly Row[])[],
  timeZone?: string,
): Promise<Buffer> {
  const states: PartState[] = [];
  const pieces: Uint8Array[] = [];
  for (const [index, rows] of parts.entries()) {
    const encoder = format.open(settings(timeZone), JSON.parse(JSON.stringify(states)) as PartState[]);
    if (index === 0) pieces.push(await encoder.begin());
    if (rows.length > 0) pieces.push(await encoder.encode(Rows.of(rows)));
    const { bytes, state } = await encoder.endPart();
    states.push(state);
    pieces.push(bytes);
    if (index === parts.length - 1) pieces.push(await encoder.finish());
  }
  return Buffer.concat(pieces);
}

const HOSTILE = [
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1+1', '"=1+1', '\n=cmd', '＝1+1', '_x0041_ stays'],
  ...[
    'a\u0000b'.replace('\u0000', '\u0001'),
    '<b>&amp;</b>',
    ']]>',
    '😀 \u202e',
    'line\nend',
    '',
    ' spaces ',
  ],
];

describe('a workbook', () => {
  const sheets = (bytes: Buffer) => {
    const book = read(bytes, { cellDates: false, cellFormula: true, cellStyles: true });
    return book.SheetNames.map((name) => ({ name, sheet: book.Sheets[name] ?? {} }));
  };
  const rowsOf = (sheet: object): unknown[][] =>
    utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, defval: null });

  it('is read by others as it was written, also in parts', async () => {
    const bytes = await written(new XlsxExportFormat(), [[row(1), row(2)], [], [row(3)]]);

    const [only, ...more] = sheets(bytes);
    expect(more).toEqual([]);
    expect(only?.name).toBe('messages');
    expect(rowsOf(only?.sheet ?? {})).toEqual([
      ['id', 'content', 'cost', 'answered', 'at', 'more'],
      [1, 'Text 1', 0.00123, false, new Date(AT), '{"a":["b"]}'],
      [2, 'Text 2', 0.00123, true, new Date(AT), '{"a":["b"]}'],
      [3, 'Text 3', 0.00123, false, new Date(AT), '{"a":["b"]}'],
    ]);
  });

  it('goes on in further sheets where one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, index) => row(index));

    const bytes = await written(new XlsxExportFormat(4), [rows.slice(0, 2), rows.slice(2)]);

    expect(sheets(bytes).map(({ name, sheet }) => [name, rowsOf(sheet).map(([id]) => id)])).toEqual([
      ['messages 1', ['id', 0, 1, 2]],
      ['messages 2', ['id', 3, 4, 5]],
      ['messages 3', ['id', 6]],
    ]);
  });

  it('changes no text and has no formula', async () => {
    const bytes = await written(new XlsxExportFormat(), [HOSTILE.map((text, index) => row(index, text))]);

    const [{ sheet } = { sheet: {} }] = sheets(bytes);
    const cells = HOSTILE.map(
      (_, index) => Reflect.get(sheet, `B${String(index + 2)}`) as { v: string; f?: string },
    );
    expect(cells.map(({ v }) => v)).toEqual(HOSTILE);
    expect(cells.filter(({ f }) => f !== undefined)).toEqual([]);
  });

  it('cuts what is longer than a cell, and says how often', async () => {
    const format = new XlsxExportFormat();
    const encoder = format.open(settings(), []);
    await encoder.begin();
    await encoder.encode(Rows.of([row(1, 'x'.repeat(40_000)), row(2, 'y'.repeat(32_767))]));
    const bytes = await written(format, [[row(1, 'x'.repeat(40_000))]]);

    expect(encoder.cutValues).toBe(1);
    const [{ sheet } = { sheet: {} }] = sheets(bytes);
    const { v } = Reflect.get(sheet, 'B2') as { v: string };
    expect(v).toHaveLength(32_767);
    expect(v).toMatch(/x \[cut here: a cell holds no more\]$/);
  });

  it('is a workbook without a row, too', async () => {
    const bytes = await written(new XlsxExportFormat(), [[]]);

    expect(sheets(bytes).map(({ sheet }) => rowsOf(sheet).length)).toEqual([1]);
  });
});

describe('a file of Parquet', () => {
  const objects = (bytes: Buffer) => {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    return parquetReadObjects({ file, compressors });
  };

  it('is read by others with the types of its columns, also in parts', async () => {
    const bytes = await written(new ParquetExportFormat(), [[row(1), row(2)], [], [row(3, null)]]);

    expect(await objects(bytes)).toEqual([
      { id: 1n, content: 'Text 1', cost: 0.00123, answered: false, at: new Date(AT), more: { a: ['b'] } },
      { id: 2n, content: 'Text 2', cost: 0.00123, answered: true, at: new Date(AT), more: { a: ['b'] } },
      { id: 3n, content: null, cost: 0.00123, answered: false, at: new Date(AT), more: { a: ['b'] } },
    ]);
  });

  it('changes no text', async () => {
    const bytes = await written(new ParquetExportFormat(), [HOSTILE.map((text, index) => row(index, text))]);

    expect((await objects(bytes)).map(({ content }) => content)).toEqual(HOSTILE);
  });

  it('is one without a row, too', async () => {
    expect(await objects(await written(new ParquetExportFormat(), [[]]))).toEqual([]);
  });
});
