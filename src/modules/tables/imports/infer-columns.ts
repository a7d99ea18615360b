import { isEmail } from 'class-validator';
import { FIELD_TYPES, type FieldType } from '../tables.types.js';
import { cellOf } from '../values/field-kinds.js';
import { cellAt, plainDate } from './imported-cells.js';
import type { CellStyle, DateOrder, FileColumn, FileRow } from './import.types.js';

const MAX_NAME = 120;
const SHORT_TEXT = 500;
const NUMBER = /^[+-]?(0|[1-9]\d{0,14})([.]\d{1,15})?$/;
const COMMA_NUMBER = /^[+-]?(0|[1-9]\d{0,2}(\.\d{3})+|[1-9]\d{0,14})(,\d{1,15})?$/;
const BOOLEAN = /^(true|false|yes|no)$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;
/** Of the cells of a column, to be one of numbers or dates. */
const LEAST_SHARE = 2 / 3;
const PARTED = /^(\d{1,2})[./-](\d{1,2})[./-]\d{4}$/;

/** Names for all columns, each once: those of the header, or made up. */
export function columnsOf(header: readonly unknown[] | null, width: number): FileColumn[] {
  const taken = new Set<string>();
  return Array.from({ length: width }, (_, at) => {
    const written = cellOf(header?.[at]).replaceAll(/\s+/g, ' ').trim().slice(0, MAX_NAME);
    const base = written === '' ? `Column ${String(at + 1)}` : written;
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base} (${String(number)})`;
    taken.add(name);
    return { name, at };
  });
}

/** Every key that the objects have, in the order in which they come. */
export function keysOf(rows: readonly FileRow[], most: number): FileColumn[] {
  const keys = new Set<string>();
  for (const { cells } of rows) for (const key of Object.keys(cells)) if (keys.size < most) keys.add(key);
  return [...keys].map((key) => ({ name: key, at: key }));
}

/** The cells of a column that are not blank, as one sees them. */
export function shownCells(rows: readonly FileRow[], { at }: FileColumn): string[] {
  return rows.map((row) => cellOf(cellAt(row, at))).filter((cell) => cell.trim() !== '');
}

/** How numbers and dates are written in a file, as most cells of its columns of numbers and dates say. */
export function styleOf(columns: readonly (readonly string[])[]): CellStyle {
  const orders = columns.flatMap((cells) => orderOf(cells) ?? []);
  return { decimal: columns.some(isCommaColumn) ? ',' : '.', dateOrder: orders[0] ?? 'ymd' };
}

function isCommaColumn(cells: readonly string[]): boolean {
  const numbers = cells.map((cell) => cell.trim()).filter((cell) => COMMA_NUMBER.test(cell));
  return areMost(numbers, cells) && numbers.some((cell) => /,\d{1,2}$|,\d{4,}$/.test(cell));
}

/** A few cells may hold something else, such as "n/a". */
function areMost(some: readonly unknown[], cells: readonly string[]): boolean {
  return some.length > 0 && some.length >= LEAST_SHARE * cells.length;
}

/** `31.1.2026` says so itself; 1/2/2026 could be either, and is left alone. */
function orderOf(cells: readonly string[]): DateOrder | undefined {
  const dates = cells.flatMap((cell) => {
    const match = PARTED.exec(cell.trim());
    return match ? [match] : [];
  });
  if (!areMost(dates, cells)) return undefined;
  if (dates.some(([, first]) => Number(first) > 12)) return 'dmy';
  if (dates.some(([, , second]) => Number(second) > 12)) return 'mdy';
  return dates.every(([date]) => date.includes('.')) ? 'dmy' : undefined;
}

/** The type that fits all cells. */
export function typeOfCells(
  cells: readonly string[],
  values: readonly unknown[],
  { decimal, dateOrder }: CellStyle,
): FieldType {
  if (cells.length === 0) return 'text';
  if (values.some((value) => typeof value === 'object' && value !== null)) return 'json';
  const trimmed = cells.map((cell) => cell.trim());
  const tests: Partial<Record<FieldType, (cell: string) => boolean>> = {
    number: (cell) => (decimal === ',' ? COMMA_NUMBER : NUMBER).test(cell),
    boolean: (cell) => BOOLEAN.test(cell),
    date: (cell) => DATE.test(plainDate(cell, dateOrder)),
    datetime: (cell) => INSTANT.test(cell) || DATE.test(cell),
    email: (cell) => isEmail(cell),
    url: (cell) => /^https?:\/\/\S+$/i.test(cell),
  };
  const fitting = FIELD_TYPES.find((type) => tests[type] !== undefined && trimmed.every(tests[type]));
  return (
    fitting ?? (cells.some((cell) => cell.length > SHORT_TEXT || cell.includes('\n')) ? 'long_text' : 'text')
  );
}
