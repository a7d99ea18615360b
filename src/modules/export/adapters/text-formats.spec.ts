import { describe, expect, it } from '@jest/globals';
import { PackedRows } from '#common/database';
import { Rows } from '#common/rows';
import type { Row, RowColumn } from '../export.types.js';
import type { ExportFormat } from '../ports/export-format.port.js';
import { CsvExportFormat } from './csv/csv.export-format.js';
import { JsonLinesExportFormat } from './json-lines/json-lines.export-format.js';

const COLUMNS: readonly RowColumn[] = [
  { name: 'id', type: 'integer', description: '' },
  { name: 'say "it"', type: 'text', description: '' },
  { name: 'cost', type: 'decimal', description: '' },
  { name: 'answered', type: 'boolean', description: '' },
  { name: 'at', type: 'timestamp', description: '' },
  { name: 'more', type: 'json', description: '' },
];
const AT = Date.UTC(2026, 0, 31, 12, 0, 0, 125);
const row = (text: string | null, at: number | null = AT): Row => [
  ...[-7, text, '0.00123000', true, at, '{"a":"b"}'],
];

async function written(format: ExportFormat, rows: readonly Row[], timeZone = 'UTC'): Promise<string> {
  const encoder = format.open({ columns: COLUMNS, timeZone, bom: false, title: 'messages' }, []);
  return Buffer.from(await encoder.encode(Rows.of(rows))).toString();
}

const TEXTS = [
  ...[
    'plain',
    '',
    'a "quoted" one',
    'a,b',
    'line\nend',
    'line\rend',
    ' spaces ',
    '😀 Grüße \u202e',
    '\u2028',
  ],
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1+1', '"=1+1', '\n=cmd', '＝1+1', "'=1", '\u00a0=1'],
  ...['"', '\\', '\\u0000', 'x'.repeat(70_000), '"'.repeat(20_000), 'ü\\"\n'.repeat(9_000)],
  ...Array.from({ length: 32 }, (_, code) => `a${String.fromCharCode(code + 1)}b`),
];

const FORMULA = /^[\s"'`\u00a0\u200b\u2060\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
function expectedCell(text: string): string {
  if (FORMULA.test(text)) return `"'${text.replaceAll('"', '""')}"`;
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

describe('lines of CSV', () => {
  it('quote what has to be quoted, and make texts of formulas', async () => {
    const lines = await written(
      new CsvExportFormat(),
      TEXTS.map((text) => row(text)),
    );

    expect(lines).toBe(
      TEXTS.map(
        (text) => `-7,${expectedCell(text)},0.00123000,true,2026-01-31T12:00:00.125Z,"{""a"":""b""}"\r\n`,
      ).join(''),
    );
  });

  it('tell no value from an empty text', async () => {
    expect(await written(new CsvExportFormat(), [[null, null, null, null, null, null], row('')])).toBe(
      ',,,,,\r\n-7,"",0.00123000,true,2026-01-31T12:00:00.125Z,"{""a"":""b""}"\r\n',
    );
  });
});

describe('lines of JSON', () => {
  it('hold texts as JSON has them', async () => {
    const lines = await written(
      new JsonLinesExportFormat(),
      TEXTS.map((text) => row(text)),
    );

    expect(lines).toBe(
      TEXTS.map(
        (text) =>
          `{"id":-7,"say \\"it\\"":${JSON.stringify(text)},"cost":0.00123000,"answered":true,` +
          `"at":"2026-01-31T12:00:00.125Z","more":{"a":"b"}}\n`,
      ).join(''),
    );
  });

  it('say null where there is no value', async () => {
    expect(await written(new JsonLinesExportFormat(), [[null, null, null, null, null, null]])).toBe(
      '{"id":null,"say \\"it\\"":null,"cost":null,"answered":null,"at":null,"more":null}\n',
    );
  });
});

describe('times', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['UTC', '2026-03-29T01:00:00.000Z', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:59:59.999+01:00'],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', '2026-03-29T03:00:00.000+02:00'],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', '2026-10-25T02:59:59.999+02:00'],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000+01:00'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.000Z', '2026-04-05T01:59:59.000+11:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00.000Z', '2026-04-05T01:30:00.000+10:30'],
    ['Asia/Kathmandu', '1969-12-31T23:59:59.001Z', '1970-01-01T05:29:59.001+05:30'],
    ['America/St_Johns', '2026-07-01T00:00:00.070Z', '2026-06-30T21:30:00.070-02:30'],
    ['UTC', '0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z'],
    ['UTC', '+012026-01-01T23:59:59.999Z', '+012026-01-01T23:59:59.999Z'],
    ['UTC', '-000044-03-15T11:00:00.000Z', '-000044-03-15T11:00:00.000Z'],
  ];

  it.each(cases)('are told on the clocks of %s: %s', async (timeZone, at, told) => {
    const lines = await written(new CsvExportFormat(), [row('x', Date.parse(at))], timeZone);

    expect(lines).toContain(`,${told},`);
  });
});

describe('rows as the database sends them', () => {
  it('may have further columns, which are in no file', async () => {
    const packed = PackedRows.of([['1', 'text', null, 'false', null, '[]', 'a key']]);
    const format: ExportFormat = new JsonLinesExportFormat();
    const encoder = format.open({ columns: COLUMNS, timeZone: 'UTC', bom: false, title: 'messages' }, []);
    const rows = Object.assign(Rows.of([]), { packed: () => packed });

    expect(Buffer.from(await encoder.encode(rows)).toString()).toBe(
      '{"id":1,"say \\"it\\"":"text","cost":null,"answered":false,"at":null,"more":[]}\n',
    );
  });
});
