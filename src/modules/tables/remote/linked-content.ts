import { createHash } from 'node:crypto';
import type { RemoteValues } from '../ports/remote-tables.port.js';
import type { Field, HostedTable, RecordValues, TableRecord } from '../tables.types.js';
import { encodeValue } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';
import type { LinkedField } from './remote.types.js';

/** A field of the remote table and the one that holds it here. */
interface Pair {
  readonly remote: LinkedField;
  readonly field: Field;
}

/** A record of the remote table, as this one takes it. */
export interface FittingRecord {
  readonly values: RecordValues;
  readonly hash: string;
}

/** Goes to and fro between the records of a hosted table and those of the remote one. */
export class LinkedContent {
  readonly #pairs: readonly Pair[];

  constructor(table: HostedTable, linked: readonly LinkedField[]) {
    const fields = new Map(table.fields.map((field) => [field.id, field]));
    this.#pairs = linked.flatMap((remote) => {
      const field = fields.get(remote.fieldId);
      return field ? [{ remote, field }] : [];
    });
  }

  /** Those fields of the remote table that have their place here. */
  get fields(): readonly LinkedField[] {
    return this.#pairs.map(({ remote }) => remote);
  }

  /** @returns the record, or why it does not fit. */
  fitting(values: RemoteValues): FittingRecord | string {
    const problems: string[] = [];
    const parts = this.#pairs.map(({ remote, field }): readonly [Pair, string | null] => {
      try {
        return [{ remote, field }, encodeValue(field, values[remote.id])];
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        problems.push(`${field.name}: ${error.message}`);
        return [{ remote, field }, null];
      }
    });
    if (problems.length > 0) return problems.join('; ');
    return {
      values: Object.fromEntries(parts.map(([{ remote, field }]) => [field.key, values[remote.id] ?? null])),
      hash: hashOf(parts),
    };
  }

  /** Of a record that is here, the same as that of the remote one with the same values. */
  hashOf({ fields }: TableRecord): string {
    return hashOf(this.#pairs.map((pair) => [pair, encodeValue(pair.field, fields[pair.field.key] ?? null)]));
  }

  /** What is to be written to the remote table. */
  remoteValuesOf({ fields }: TableRecord): RemoteValues {
    return Object.fromEntries(this.#pairs.map(({ remote, field }) => [remote.id, fields[field.key] ?? null]));
  }
}

function hashOf(parts: readonly (readonly [Pair, string | null])[]): string {
  const hash = createHash('sha256');
  const present = parts
    .filter(([, text]) => text !== null)
    .sort(([one], [other]) => (one.remote.id < other.remote.id ? -1 : 1));
  for (const [{ remote, field }, text] of present) {
    const content = field.type === 'json' ? inOrder(JSON.parse(text ?? 'null')) : text;
    hash.update(JSON.stringify([remote.id, content]));
  }
  return hash.digest('hex');
}

/** The database keeps the members of an object in an order of its own. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([name, part]) => [name, inOrder(part)]);
}
