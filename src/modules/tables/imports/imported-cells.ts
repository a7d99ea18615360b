import type { Field, FieldType, FieldValue } from '../tables.types.js';
import { cellOf, encodeValue, readCell } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';
import type { CellStyle, DateOrder, FileRow } from './import.types.js';

/** What is the same everywhere, and needs no adapting. */
const PLAIN_NUMBER: Readonly<Record<'.' | ',', RegExp>> = { '.': /^[+-]?\d+(\.\d+)?$/, ',': /^[+-]?\d+$/ };
const PLAIN_DATE = /^\d{4}-\d{2}-\d{2}$/;
const PLAIN_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}[\d:.]*Z$/;
const PARTS_OF_DATE = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})$/;
const MIDNIGHT = /^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?Z?$/;
const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)$/;

/** What stands at a place of a row. */
export function cellAt({ cells }: Pick<FileRow, 'cells'>, at: number | string): unknown {
  if (Array.isArray(cells)) return (cells as readonly unknown[])[Number(at)];
  return Object.hasOwn(cells, at) ? (cells as Readonly<Record<string, unknown>>)[at] : undefined;
}

/**
 * Reads what a file holds for a field. Times without a zone are taken for UTC. What JSON and sheets hold besides texts is
 * taken as it is where it fits, and else for what one would see in its cell.
 * @throws Misfit
 */
export function readImported(field: Field, value: FieldValue, style: CellStyle): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return readCell(field, adapted(field.type, value, style));
  try {
    return encodeValue(field, value);
  } catch (error) {
    if (!(error instanceof Misfit) || field.type === 'json') throw error;
    return readCell(field, cellOf(value));
  }
}

/** The same as people write it elsewhere. */
function adapted(type: FieldType, cell: string, { decimal, dateOrder }: CellStyle): string {
  switch (type) {
    case 'number':
      return plainNumber(cell.trim(), decimal);
    case 'date':
      return plainDate(cell.trim(), dateOrder);
    case 'datetime':
      return plainTime(cell.trim(), dateOrder);
    default:
      return cell;
  }
}

function plainNumber(cell: string, decimal: '.' | ','): string {
  if (PLAIN_NUMBER[decimal].test(cell)) return cell;
  const bare = cell.replaceAll(/[\s\u00a0\u202f']/g, '');
  if (decimal === ',')
    return /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)
      ? bare.replaceAll('.', '').replace(',', '.')
      : bare.replace(',', '.');
  return /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(',', '') : bare;
}

/** `31.1.2026` -> `2026-01-31`, when days come first. */
export function plainDate(cell: string, order: DateOrder): string {
  if (PLAIN_DATE.test(cell)) return cell;
  const day = MIDNIGHT.exec(cell)?.[1];
  if (day !== undefined) return day;
  const [, first = '', second = '', third = ''] = PARTS_OF_DATE.exec(cell) ?? [];
  if (first === '') return cell;
  const [year, month, date] =
    order === 'ymd' || first.length === 4
      ? [first, second, third]
      : order === 'dmy'
        ? [third, second, first]
        : [third, first, second];
  return year.length === 4 ? `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}` : cell;
}

function plainTime(cell: string, order: DateOrder): string {
  if (PLAIN_TIME.test(cell)) return cell;
  const [day = '', ...rest] = cell.split(/[T ]/);
  const plain = [plainDate(day, order), ...rest].join('T');
  if (PLAIN_DATE.test(plain)) return `${plain}T00:00:00Z`;
  return LOCAL_TIME.test(plain) ? `${plain}Z` : plain;
}
