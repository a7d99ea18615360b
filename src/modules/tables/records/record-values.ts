import { type FieldProblem, InvalidFields } from '#common/errors';
import { ValueTaken } from '../tables.errors.js';
import { type Field, type HostedTable, MAX_RECORD_BYTES } from '../tables.types.js';
import { encodeValue, readCell } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';

/** Values as the database takes them, by field. */
export interface EncodedRecord {
  /** `undefined` for what the record does not name. */
  get(field: Field): string | null | undefined;
}

/** The same, where the fields are not known before. */
export type EncodedValues = ReadonlyMap<Field, string | null>;

export const REQUIRED = 'is required';
export const TOO_LARGE = `holds more than ${String(MAX_RECORD_BYTES)} bytes`;

const MAX_PROBLEMS = 100;

/** The message for a field that is not there: it tells which ones are. */
export function unknownField({ fields }: Pick<HostedTable, 'fields'>): string {
  const known = fields.slice(0, 50).map(({ key }) => key);
  return known.length === 0
    ? 'is no field of this table, which has none'
    : `is no field of this table; it has ${known.join(', ')}`;
}

/** Checks values against the fields of their table. */
export class RecordCheck {
  readonly #problems: FieldProblem[] = [];
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(private readonly table: HostedTable) {
    this.#fields = new Map(table.fields.map((field) => [field.key, field]));
  }

  /** All values of a new record: what it does not name has its default. */
  created(raw: Readonly<Record<string, unknown>>, path: string): EncodedValues {
    const values = new Map(this.updated(raw, path));
    for (const field of this.table.fields)
      if (field.default !== null && !Object.hasOwn(raw, field.key))
        values.set(field, readCell(field, field.default));
    const missing = this.table.fields.filter(({ key, required }) => required && !Object.hasOwn(raw, key));
    for (const field of missing) if (!values.has(field)) this.#add(`${path}.${field.key}`, REQUIRED);
    return values;
  }

  /** Those values that are named. */
  updated(raw: Readonly<Record<string, unknown>>, path: string): EncodedValues {
    const values = new Map<Field, string | null>();
    let bytes = 0;
    for (const [key, value] of Object.entries(raw)) {
      const field = this.#fields.get(key);
      if (!field) {
        this.#add(`${path}.${key}`, unknownField(this.table));
        continue;
      }
      const text = this.#encode(field, value, `${path}.${key}`);
      bytes += text === null ? 0 : Buffer.byteLength(text);
      values.set(field, text);
    }
    if (bytes > MAX_RECORD_BYTES) this.#add(path, TOO_LARGE);
    return values;
  }

  /** @throws InvalidFields when anything was wrong. */
  assertPassed(): void {
    if (this.#problems.length > 0) throw new InvalidFields(this.#problems);
  }

  #encode(field: Field, value: unknown, path: string): string | null {
    try {
      const text = encodeValue(field, value);
      if (text === null && field.required) this.#add(path, REQUIRED);
      return text;
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.#add(path, error.message);
      return null;
    }
  }

  #add(path: string, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ path: path.slice(0, 200), message });
  }
}

/** Where in the request the values of a record stand. */
export function pathOf(index: number, field?: Field): string {
  return `records.${String(index)}.fields${field ? `.${field.key}` : ''}`;
}

/** @throws ValueTaken that names both, when two records of a batch hold the same value of a unique field. */
export function assertDistinct(fields: readonly Field[], records: readonly EncodedRecord[]): void {
  for (const field of fields.filter(({ unique }) => unique)) {
    const first = new Map<string, number>();
    for (const [index, record] of records.entries()) {
      const text = record.get(field);
      if (text === null || text === undefined) continue;
      const other = first.get(text);
      if (other !== undefined)
        throw new ValueTaken([
          { path: pathOf(index, field), message: `is the same as ${pathOf(other, field)}` },
        ]);
      first.set(text, index);
    }
  }
}
