import type { HostedTable } from '../tables.types.js';
import { cellOf } from '../values/field-kinds.js';
import { ROW_READERS, sheetsOf } from './adapters/row-readers.js';
import { cellAt } from './imported-cells.js';
import {
  type FileBytes,
  type FileColumn,
  type FilePreview,
  type FileRow,
  MAX_COLUMNS,
  type ReadSettings,
  type ReadWishes,
} from './import.types.js';
import { FileUnreadable } from './imports.errors.js';
import { columnsOf, keysOf, shownCells, styleOf, typeOfCells } from './infer-columns.js';
import { recogniseFile } from './recognise-file.js';

const LOOKED_AT = 1_000;
const SHOWN_ROWS = 20;
const SHOWN_CHARACTERS = 200;
const EXAMPLES = 3;

/** Reads the beginning of a file, and tells how it would be understood. @throws FileUnreadable */
export async function previewFile(
  file: FileBytes,
  name: string,
  wishes: ReadWishes,
  table: HostedTable | null,
): Promise<FilePreview> {
  const settings = await recogniseFile(file, name, wishes);
  const sheets = settings.format === 'xlsx' ? await sheetsOf(file) : [];
  const { rows, ragged, columns } = await beginningOf(file, settings);
  const cells = columns.map((column) => shownCells(rows, column));
  const style = { ...styleOf(cells), ...wishesOfStyle(wishes) };
  const shown = columns.map((column, index) => ({
    ...column,
    type: typeOfCells(
      cells[index] ?? [],
      rows.map((row) => cellAt(row, column.at)),
      style,
    ),
    examples: (cells[index] ?? []).slice(0, EXAMPLES).map(cut),
    field: fieldFor(column, table),
  }));
  return {
    settings: { ...settings, ...style, width: settings.format === 'jsonl' ? null : columns.length },
    ...{ sheets, columns: shown },
    rows: rows.slice(0, SHOWN_ROWS).map((row) => columns.map(({ at }) => cut(cellOf(cellAt(row, at))))),
    warnings: warningsOf(settings, columns, rows, ragged),
  };
}

function wishesOfStyle({ decimal, dateOrder }: ReadWishes): Partial<ReadSettings> {
  return { ...(decimal ? { decimal } : {}), ...(dateOrder ? { dateOrder } : {}) };
}

function cut(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS);
}

interface Beginning {
  readonly rows: readonly FileRow[];
  readonly columns: readonly FileColumn[];
  /** How many rows have more cells or fewer than there are columns. */
  readonly ragged: number;
}

async function beginningOf(file: FileBytes, settings: ReadSettings): Promise<Beginning> {
  const rows: FileRow[] = [];
  for await (const { rows: some } of ROW_READERS[settings.format].rows(file, settings)) {
    rows.push(...some.slice(0, LOOKED_AT + 1 - rows.length));
    if (rows.length > LOOKED_AT) break;
  }
  if (rows.length === 0) throw new FileUnreadable('there is nothing in it.');
  if (settings.format === 'jsonl') {
    const whole = rows.filter(({ problem }) => problem === undefined);
    return { rows: whole, columns: keysOf(whole, MAX_COLUMNS), ragged: 0 };
  }
  const [header, ...below] = settings.hasHeader ? rows : [null, ...rows];
  const widths = rows.map(({ cells }) => (cells as readonly unknown[]).length);
  const width = header ? (header.cells as readonly unknown[]).length : Math.max(...widths);
  const columns = columnsOf(header ? (header.cells as readonly unknown[]) : null, width);
  return {
    rows: below.filter((row) => row !== null),
    columns,
    ragged: widths.filter((one) => one > width).length,
  };
}

/** The field whose key or name is that of the column. */
function fieldFor({ name }: FileColumn, table: HostedTable | null): string | null {
  const plain = plainName(name);
  return (
    table?.fields.find(({ key, name: title }) => plainName(key) === plain || plainName(title) === plain)
      ?.key ?? null
  );
}

function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

function warningsOf(
  { format, encoding, hasHeader }: ReadSettings,
  columns: readonly FileColumn[],
  rows: readonly FileRow[],
  ragged: number,
): string[] {
  const doubled = hasHeader
    ? columns.filter(({ name }) => / \(\d+\)$/.test(name)).map(({ name }) => name)
    : [];
  return [
    ...(rows.length === 0 ? ['There are no rows below the header.'] : []),
    ...(ragged > 0 ? [`Of the first rows ${String(ragged)} have more cells than there are columns.`] : []),
    ...(doubled.length > 0 ? [`Some columns have the same name: ${doubled.slice(0, 5).join(', ')}.`] : []),
    ...(format === 'csv' && columns.length === 1
      ? ['There is one column only. Is the delimiter right?']
      : []),
    ...(encoding !== 'utf-8'
      ? [`The text is taken for ${encoding}, which is a guess unless you said so.`]
      : []),
  ];
}
