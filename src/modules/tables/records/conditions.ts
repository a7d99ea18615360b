import { type FieldProblem, InvalidFields } from '#common/errors';
import { isStorableText } from '#common/validation';
import type { Field, FieldType, HostedTable } from '../tables.types.js';
import { encodeValue, FIELD_KINDS, typeOf } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';
import { type Operator, OPERATORS } from './filter.types.js';
import { unknownField } from './record-values.js';

/** A piece of SQL and what is bound in it. What callers write is only ever bound. */
export interface Fragment {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** What can be named in filters, sorts and groups. */
export type Column = Pick<Field, 'key' | 'type' | 'options' | 'linkedTableId' | 'column' | 'required'>;

export const MAX_DEPTH = 8;
const MAX_CONDITIONS = 100;
const MAX_LIST = 500;
const MAX_NEEDLE = 500;
/** What every record of every table has. */
const SYSTEM_COLUMNS: readonly Column[] = (
  [
    ['id', 'link', 'id'],
    ['createdAt', 'datetime', 'created_at'],
    ['updatedAt', 'datetime', 'updated_at'],
  ] as const
).map(([key, type, column]) => ({ key, type, column, options: [], linkedTableId: null, required: true }));

/** The keys that no field can have. */
export const SYSTEM_KEYS: readonly string[] = SYSTEM_COLUMNS.map(({ key }) => key);

/** @throws InvalidFields that says which fields there are. */
export function columnOf(table: HostedTable, key: unknown, path: string): Column {
  const found = [...table.fields, ...SYSTEM_COLUMNS].find((column) => column.key === key);
  if (!found) throw new InvalidFields([{ path, message: unknownField(table) }]);
  return found;
}

/** The condition that a filter is. @throws InvalidFields */
export function conditionOf(table: HostedTable, filter: unknown, path = 'filter'): Fragment {
  return new Compilation(table).compile(filter, path, 0);
}

class Compilation {
  #conditions = 0;

  constructor(private readonly table: HostedTable) {}

  compile(filter: unknown, path: string, depth: number): Fragment {
    if (depth > MAX_DEPTH) refuse(path, `is nested more than ${String(MAX_DEPTH)} levels deep`);
    if (typeof filter !== 'object' || filter === null) refuse(path, 'must be a filter');
    const names = Object.keys(filter).sort().join();
    const node = filter as Readonly<Record<string, unknown>>;
    switch (names) {
      case 'and':
        return this.#all(node['and'], ' and ', `${path}.and`, depth);
      case 'or':
        return this.#all(node['or'], ' or ', `${path}.or`, depth);
      case 'not': {
        const { sql, params } = this.compile(node['not'], `${path}.not`, depth + 1);
        return { sql: `(${sql}) is not true`, params };
      }
      case 'field,op':
      case 'field,op,value':
        return this.#condition(node, path);
      default:
        refuse(path, 'must be {and}, {or}, {not} or {field, op, value}');
    }
  }

  #all(parts: unknown, word: string, path: string, depth: number): Fragment {
    if (!Array.isArray(parts) || parts.length === 0) refuse(path, 'must be a list of filters');
    const compiled = parts.map((part, index) => this.compile(part, `${path}.${String(index)}`, depth + 1));
    return {
      sql: `(${compiled.map(({ sql }) => sql).join(word)})`,
      params: compiled.flatMap(({ params }) => params),
    };
  }

  #condition(node: Readonly<Record<string, unknown>>, path: string): Fragment {
    this.#conditions += 1;
    if (this.#conditions > MAX_CONDITIONS)
      refuse('filter', `has more than ${String(MAX_CONDITIONS)} conditions`);
    const column = columnOf(this.table, node['field'], `${path}.field`);
    const known = FIELD_KINDS[column.type].operators;
    const operator = OPERATORS.find((one) => one === node['op']);
    if (!operator || !known.includes(operator)) refuse(`${path}.op`, `must be one of ${known.join(', ')}`);
    const takesValue = operator !== 'is_empty' && operator !== 'is_not_empty';
    if (takesValue !== 'value' in node)
      refuse(`${path}.value`, takesValue ? 'is required' : 'must be left out');
    return compare(column, operator, node['value'], `${path}.value`);
  }
}

function compare(column: Column, operator: Operator, value: unknown, path: string): Fragment {
  const name = `r.${column.column}`;
  const type = typeOf(column.type);
  const one = (): unknown[] => [valueOf(column, value, path)];
  const list = (): unknown[] => [listOf(column, value, path)];
  switch (operator) {
    case 'eq':
      return { sql: `${name} = ?::${type}`, params: one() };
    case 'neq':
      return { sql: `${name} is distinct from ?::${type}`, params: one() };
    case 'lt':
      return { sql: `${name} < ?::${type}`, params: one() };
    case 'lte':
      return { sql: `${name} <= ?::${type}`, params: one() };
    case 'gt':
      return { sql: `${name} > ?::${type}`, params: one() };
    case 'gte':
      return { sql: `${name} >= ?::${type}`, params: one() };
    case 'in':
      return { sql: `${name} = any(?::${type}[])`, params: list() };
    case 'not_in':
      return { sql: `(${name} = any(?::${type}[])) is not true`, params: list() };
    case 'contains':
      return { sql: contains(name), params: [needle(value, path)] };
    case 'not_contains':
      return { sql: `(${contains(name)}) is not true`, params: [needle(value, path)] };
    case 'starts_with':
      return { sql: `${name} ^@ ?::text`, params: [needle(value, path)] };
    case 'is_empty':
      return { sql: `${name} is null`, params: [] };
    case 'is_not_empty':
      return { sql: `${name} is not null`, params: [] };
    case 'has_any':
      return { sql: `${name} && ?::text[]`, params: list() };
    case 'has_all':
      return { sql: `${name} @> ?::text[]`, params: list() };
    case 'has_none':
      return { sql: `(${name} && ?::text[]) is not true`, params: list() };
  }
}

/** Letters in either case, by the rules of the database's own language. */
function contains(name: string): string {
  return `position(lower(?::text collate "default") in lower(${name} collate "default")) > 0`;
}

function valueOf(column: Column, value: unknown, path: string): string {
  const text = encoded(column, value, path);
  return text ?? refuse(path, 'must not be empty; see is_empty');
}

/** The options of a list are compared one by one. */
function listOf(column: Column, value: unknown, path: string): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_LIST)
    return refuse(path, `must be a list of 1 to ${String(MAX_LIST)} values`);
  const type: FieldType = column.type === 'multi_select' ? 'select' : column.type;
  return value.map((item, index) => valueOf({ ...column, type }, item, `${path}.${String(index)}`));
}

function needle(value: unknown, path: string): string {
  if (typeof value === 'string' && isStorableText(value) && value.length > 0 && value.length <= MAX_NEEDLE)
    return value;
  return refuse(path, `must be a text of 1 to ${String(MAX_NEEDLE)} characters`);
}

function encoded(column: Column, value: unknown, path: string): string | null {
  try {
    return encodeValue(column, value);
  } catch (error) {
    if (error instanceof Misfit) return refuse(path, error.message);
    throw error;
  }
}

export function refuse(path: string, message: string): never {
  const problem: FieldProblem = { path: path.slice(0, 200), message };
  throw new InvalidFields([problem]);
}
