import { isEmail, isISO8601, isUUID } from 'class-validator';
import { isStorableText } from '#common/validation';
import { MAX_RECORD_BYTES, type FieldShape, type FieldType, type FieldValue } from '../tables.types.js';
import type { Operator } from '../records/filter.types.js';
import { Misfit } from './misfit.js';

/** How values of a type are checked, kept and compared. Values reach the database as texts, and come back as texts. */
export interface FieldKind {
  /** Type of the column. Texts are compared by code points, the same on every database. */
  readonly columnType: string;
  readonly operators: readonly Operator[];
  /** Whether it can be sorted and grouped by, indexed, and be unique: its values fit into an index. */
  readonly isKey: boolean;
  readonly isSearched: boolean;
  /** SQL for the value that a text stands for. */
  cast(text: string): string;
  /** The same value as COPY takes it, made of the text that stands for it. */
  copied(text: string): string;
  /** SQL for the text that stands for a value. */
  text(column: string): string;
  /** The text that stands for a value that is not null. @throws Misfit */
  encode(value: unknown, shape: FieldShape): string | null;
  decode(text: string): FieldValue;
  /** Reads what people write in a cell, for `encode` to check. */
  read(cell: string): unknown;
}

const MAX_TEXT = 500;
const MAX_URL = 2_000;
const EQUALITY: readonly Operator[] = ['eq', 'neq', 'in', 'not_in', 'is_empty', 'is_not_empty'];
const ORDER: readonly Operator[] = ['lt', 'lte', 'gt', 'gte'];
const WORDS: readonly Operator[] = ['contains', 'not_contains', 'starts_with'];

function textOf(value: unknown, max: number): string | null {
  if (typeof value !== 'string') throw new Misfit('must be a text');
  if (!isStorableText(value)) throw new Misfit('must not hold NUL or unpaired surrogates');
  if (value.length > max) throw new Misfit(`must have at most ${String(max)} characters`);
  return value === '' ? null : value;
}

/** @returns the text that `normal` makes of it; an empty one is no value. */
function textKind(max: number, normal: (text: string) => string = (text) => text): FieldKind {
  return {
    columnType: 'text collate "C"',
    operators: [...EQUALITY, ...ORDER, ...WORDS],
    isKey: true,
    isSearched: true,
    cast: (text) => `${text}::text`,
    copied: (text) => text,
    text: (column) => column,
    encode: (value) => {
      const text = textOf(value, max);
      return text === null ? null : normal(text);
    },
    decode: (text) => text,
    read: (cell) => cell,
  };
}

function scalarKind(
  sqlType: string,
  kind: Pick<FieldKind, 'encode'> & Partial<FieldKind>,
  operators: readonly Operator[] = [...EQUALITY, ...ORDER],
): FieldKind {
  return {
    columnType: sqlType,
    operators,
    isKey: true,
    isSearched: false,
    cast: (text) => `${text}::${sqlType}`,
    copied: (text) => text,
    text: (column) => `${column}::text`,
    decode: (text) => text,
    read: (cell) => cell.trim(),
    ...kind,
  };
}

function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Misfit('must be an address with http or https');
  if (url.href.length > MAX_URL) throw new Misfit(`must have at most ${String(MAX_URL)} characters`);
  return url.href;
}

function email(text: string): string {
  if (!isEmail(text)) throw new Misfit('must be an e-mail address');
  return text.toLowerCase();
}

function number(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misfit('must be a number');
  // Past that, JSON has rounded the number before anybody saw it.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new Misfit(`must lie within ${String(Number.MAX_SAFE_INTEGER)}`);
  return String(value === 0 ? 0 : value);
}

const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Whether a text of the form 2026-01-31 names a day that there is. */
function isDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (year < 1 || day < 1 || day > (DAYS_OF_MONTHS[month - 1] ?? 0)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function date(value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || !isDay(value))
    throw new Misfit('must be a date, for example 2026-01-31');
  return value;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/;
/** What most programs write, which needs no closer look than at its day. */
const USUAL_INSTANT = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])(:[0-5]\d){1,2}(\.\d{1,9})?Z$/;

function isInstant(text: string): boolean {
  if (USUAL_INSTANT.test(text)) return isDay(text);
  return INSTANT.test(text) && isISO8601(text, { strict: true, strictSeparator: true });
}

/** How most programs write it to the second, which needs no calendar to be written to the millisecond. */
const PLAIN_INSTANT = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

function datetime(value: unknown): string {
  if (typeof value === 'string' && PLAIN_INSTANT.test(value) && isDay(value))
    return `${value.slice(0, -1)}.000Z`;
  const at = new Date(typeof value === 'string' && isInstant(value) ? value : Number.NaN);
  const year = at.getUTCFullYear();
  if (!(year >= 1 && year <= 9_999))
    throw new Misfit('must be a time with a time zone, for example 2026-01-31T12:00:00Z');
  return at.toISOString();
}

function option(value: unknown, { options }: FieldShape): string {
  if (typeof value !== 'string' || !options.includes(value))
    throw new Misfit(`must be one of ${options.slice(0, 20).join(', ')}`);
  return value;
}

function optionList(value: unknown, shape: FieldShape): string | null {
  if (!Array.isArray(value)) throw new Misfit('must be a list of options');
  const chosen = value.map((item) => option(item, shape));
  if (new Set(chosen).size < chosen.length) throw new Misfit('must name each option once');
  return chosen.length === 0 ? null : JSON.stringify(chosen);
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([name, part]) => isStorableText(name) && isStorable(part));
}

function json(value: unknown): string {
  const text = JSON.stringify(value);
  if (!isStorable(value)) throw new Misfit('must not hold NUL or unpaired surrogates');
  if (Buffer.byteLength(text) > MAX_RECORD_BYTES) throw new Misfit('is too large');
  return text;
}

function readJson(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    throw new Misfit('must be JSON');
  }
}

const YES = /^(true|yes|y|1|on)$/i;
const NO = /^(false|no|n|0|off)$/i;

/** What there is to know about each type. */
export const FIELD_KINDS: Readonly<Record<FieldType, FieldKind>> = {
  text: textKind(MAX_TEXT),
  long_text: { ...textKind(MAX_RECORD_BYTES), isKey: false },
  email: textKind(MAX_TEXT, email),
  url: textKind(MAX_URL, httpUrl),
  select: { ...textKind(MAX_TEXT), encode: option },
  number: scalarKind('numeric', {
    encode: number,
    decode: Number,
    read: (cell) => (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) ? Number(cell) : cell),
  }),
  boolean: scalarKind(
    'boolean',
    {
      encode: (value) => {
        if (typeof value !== 'boolean') throw new Misfit('must be true or false');
        return String(value);
      },
      decode: (text) => text === 'true',
      read: (cell) => (YES.test(cell.trim()) ? true : NO.test(cell.trim()) ? false : cell),
    },
    EQUALITY,
  ),
  date: scalarKind('date', { encode: date }),
  datetime: scalarKind('timestamptz(3)', {
    encode: datetime,
    text: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  }),
  link: scalarKind(
    'uuid',
    {
      encode: (value) => {
        if (!isUUID(value)) throw new Misfit('must be the id of a record');
        return (value as string).toLowerCase();
      },
    },
    EQUALITY,
  ),
  multi_select: scalarKind(
    'text[]',
    {
      isKey: false,
      encode: optionList,
      cast: (text) =>
        `case when ${text}::text is not null then array(select jsonb_array_elements_text(${text}::jsonb)) end`,
      copied: (text) =>
        `{${(JSON.parse(text) as string[]).map((one) => `"${one.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`,
      text: (column) => `to_json(${column})::text`,
      decode: (text) => JSON.parse(text) as unknown,
      read: (cell) => cell.split(/[,;]/).flatMap((part) => part.trim() || []),
    },
    ['has_any', 'has_all', 'has_none', 'is_empty', 'is_not_empty'],
  ),
  json: scalarKind(
    'jsonb',
    {
      isKey: false,
      encode: json,
      decode: (text) => JSON.parse(text) as unknown,
      read: readJson,
    },
    ['is_empty', 'is_not_empty'],
  ),
};

/** What the database calls the type of a value. */
export function typeOf(type: FieldType): string {
  return FIELD_KINDS[type].columnType.replace(' collate "C"', '');
}

/** The text that stands for a value in the database; `null` for no value. @throws Misfit */
export function encodeValue(shape: FieldShape, value: FieldValue): string | null {
  return value === null || value === undefined ? null : FIELD_KINDS[shape.type].encode(value, shape);
}

/** The value that a text of the database stands for. */
export function decodeValue(type: FieldType, text: string | null): FieldValue {
  return text === null ? null : FIELD_KINDS[type].decode(text);
}

/** Reads what people write in a cell; blank is no value. @throws Misfit */
export function readCell(shape: FieldShape, cell: string): string | null {
  return cell.trim() === '' ? null : encodeValue(shape, FIELD_KINDS[shape.type].read(cell));
}

/** What a value looks like in a cell. */
export function cellOf(value: FieldValue): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
