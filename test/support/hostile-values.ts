import { randomUUID } from 'node:crypto';
import type { Schema } from './api-document.js';

/** A value that a field must refuse, and where it stands. */
export interface HostileField {
  /** `model.temperature` */
  readonly path: string;
  readonly value: unknown;
}

const LONE_SURROGATE = 'a\ud800b';
const NUL = 'a\u0000b';

/** A value that passes the schema. */
export function validValue(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.format === 'uuid') return randomUUID();
  if (schema.format === 'date-time') return '2099-01-01T00:00:00Z';
  if (schema.format === 'uri') return 'https://example.invalid/page';
  if (schema.format === 'email') return `${randomUUID()}@example.com`;
  switch (schema.type) {
    case 'string':
      return 'Nine-lives-of-42-cats'.padEnd(schema.minLength ?? 0, 'x').slice(0, schema.maxLength);
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => validValue(schema.items ?? {}));
    default:
      return validBody(schema);
  }
}

/** An object with all that the schema requires. */
export function validBody(schema: Schema): Record<string, unknown> {
  return Object.fromEntries(
    (schema.required ?? []).map((name) => [name, validValue(schema.properties?.[name] ?? {})]),
  );
}

/** Every wrong value for every field of an object, fields of fields included. */
export function hostileFields(schema: Schema, parent = ''): HostileField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = parent + name;
    return [
      ...hostileValues(field).map((value) => ({ path, value })),
      ...(field.properties ? hostileFields(field, `${path}.`) : []),
    ];
  });
}

/** A valid body in which one field is wrong. */
export function bodyWith(schema: Schema, { path, value }: HostileField): Record<string, unknown> {
  const [name = '', ...rest] = path.split('.');
  const field = schema.properties?.[name] ?? {};
  const inner = rest.length > 0 ? bodyWith(field, { path: rest.join('.'), value }) : value;
  return { ...validBody(schema), [name]: inner };
}

/** Values that a field of this schema must refuse. */
export function hostileValues(schema: Schema): unknown[] {
  return [...(schema.nullable ? [] : [null]), ...wrongTypes(schema), ...wrongSizes(schema)];
}

function wrongTypes({ type, properties, items }: Schema): unknown[] {
  const values: Readonly<Record<string, readonly unknown[]>> = {
    string: ['5'],
    integer: [5],
    boolean: [true],
    array: [[], ['a'], [null], [[]], [{}]],
    object: [{}, { $ne: null }, { toString: 'x' }, { length: 3 }],
  };
  const own = type === 'number' ? 'integer' : (type ?? 'object');
  const foreign = Object.keys(values).filter((kind) => kind !== own);
  return [
    ...foreign.flatMap((kind) => values[kind] ?? []),
    ...(own === 'integer' && type === 'integer' ? [1.5] : []),
    ...(own === 'array' && items ? wrongTypes(items).map((wrong) => [wrong]) : []),
    ...(own === 'object' && properties ? [{ noSuchField: 1 }] : []),
  ];
}

function wrongSizes(schema: Schema): unknown[] {
  const { type, format, enum: choices, minLength = 0, maxLength, minimum, maximum, maxItems, items } = schema;
  if (choices) return ['no-such-choice', '', ` ${choices[0] ?? ''} `, '__proto__', 'constructor'];
  if (format === 'uuid') return ['', 'x', '-'.repeat(36), '00000000-0000-0000-0000-00000000000g', '../../x'];
  if (format === 'date-time') return WRONG_TIMES;
  switch (type) {
    case 'string':
      return [
        ...[NUL, LONE_SURROGATE],
        ...(minLength > 0 ? ['', ' \n\t\u2003'] : []),
        ...(maxLength ? ['x'.repeat(maxLength + 1)] : []),
      ];
    case 'integer':
    case 'number':
      return [
        ...(minimum === undefined ? [] : [minimum - 1, -1e15, -1e308]),
        ...(maximum === undefined ? [] : [maximum + 1, 1e15, 1e308]),
      ];
    case 'array':
      return [
        ...(maxItems ? [Array.from({ length: maxItems + 1 }, () => validValue(items ?? {}))] : []),
        ...(items ? wrongSizes(items).map((wrong) => [wrong]) : []),
      ];
    default:
      return [];
  }
}

const WRONG_TIMES = [
  ...['', 'tomorrow', '2026', '2026-01-01', '2026-01-01T00:00:00', '20260101T000000Z', '1767225600'],
  ...['2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01T25:00:00Z', '2026-01-01T23:59:60Z'],
  ...['2026-01-01T00:00:00+99:99', '+012026-01-01T00:00:00Z', '2026-01-01T00:00:00Z; drop table bots'],
];

/** Addresses that are not of a page on the web. */
export const FOREIGN_URLS = [
  ...['file:///etc/passwd', 'ftp://example.com/a', 'gopher://127.0.0.1:6379/_INFO', 'data:text/html,<p>hi'],
  ...['javascript:alert(1)', 'ws://example.com/', 'wss://example.com/', 'blob:https://example.com/1'],
  ...[
    'jar:http://example.com!/',
    'ldap://example.com/',
    'mailto:a@example.com',
    'about:blank',
    'view-source:x',
  ],
  ...['//example.com/', '/relative', 'relative', '?query', '#fragment', 'example.com', 'http:', 'http://'],
  ...['https://', 'http:///x', 'http://a b/', 'http://[::1', 'http://%00/', 'http://exa\u0000mple.com/'],
  ...['http://user@example.com/', 'http://user:secret@example.com/', 'http://example.com:99999/'],
];
