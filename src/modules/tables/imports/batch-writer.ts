import { Injectable } from '@nestjs/common';
import { newId } from '#common/database';
import type { EncodedRecord } from '../records/record-values.js';
import { RecordsRepository } from '../records/records.repository.js';
import type { Field, HostedTable } from '../tables.types.js';
import { cellOf, decodeValue } from '../values/field-kinds.js';
import type { Rejection } from './import.types.js';

/** A row whose values fit their fields. */
export interface FittingRow {
  readonly number: number;
  readonly values: EncodedRecord;
}

/** Where rows go, and how. */
export interface Destination {
  /** The table, or what is loaded to take its place. */
  readonly table: HostedTable;
  /** The fields that rows have values of. */
  readonly named: readonly Field[];
  /** Those of new records: the same, and what has a default. */
  readonly filled: readonly Field[];
  /** The unique field by which records are found and changed. */
  readonly key: Field | null;
  /** Whether others may know already: not of what is loaded aside. */
  readonly isAnnounced: boolean;
}

/** What became of rows. */
export interface WrittenRows {
  readonly created: number;
  readonly updated: number;
  readonly rejections: readonly Rejection[];
}

const SHOWN_CHARACTERS = 200;
const TAKEN = 'is held by another record';
const TAKEN_BEFORE = 'is the same as in a row before';
const UNKNOWN = 'names a record that does not exist';
const KEYLESS = 'is required in an upsert by it';

/**
 * Writes rows by the batch, within a transaction that has locked the table. Rows that cannot be written because of others
 * are told of and left out, and all others are written.
 */
@Injectable()
export class BatchWriter {
  constructor(private readonly records: RecordsRepository) {}

  /**
   * @param trusts whether new records are taken to have unique values of their own, which the database says if not: asking
   * it before costs as much as writing.
   * @throws TableLimitReached, and what the database says of a unique value that is taken
   */
  async write(
    destination: Destination,
    rows: readonly FittingRow[],
    { trusts }: { readonly trusts: boolean },
  ): Promise<WrittenRows> {
    const sieve = new Sieve();
    const linked = await this.#linked(destination.table, rows, sieve);
    return destination.key
      ? this.#upsert(destination, destination.key, linked, sieve)
      : this.#insert(destination, linked, sieve, trusts);
  }

  async #insert(
    { table, filled }: Destination,
    rows: readonly FittingRow[],
    sieve: Sieve,
    trusts: boolean,
  ): Promise<WrittenRows> {
    const free = trusts ? rows : await this.#free(table, table.fields, rows, sieve, () => undefined);
    const made = free.map(({ values }) => ({ id: newId(), values }));
    if (made.length > 0) await this.records.load(table, filled, made);
    return { created: made.length, updated: 0, rejections: sieve.rejections };
  }

  /** Of rows with the same key the last one counts, as if they were written one after the other. */
  async #upsert(
    { table, named, filled }: Destination,
    key: Field,
    rows: readonly FittingRow[],
    sieve: Sieve,
  ): Promise<WrittenRows> {
    const keyed = rows.filter(
      (row) => (row.values.get(key) ?? null) !== null || sieve.refuse(row, key, KEYLESS),
    );
    const last = new Map(keyed.map((row) => [row.values.get(key), row]));
    const own = await this.records.holders(table, key, textsOf(keyed, key));
    const others = named.filter(({ id }) => id !== key.id);
    const free = await this.#free(table, others, [...last.values()], sieve, ({ values }) =>
      own.get(values.get(key) ?? ''),
    );
    const known: { id: string; values: EncodedRecord }[] = [];
    const made: { id: string; values: EncodedRecord }[] = [];
    for (const { values } of free) {
      const id = own.get(values.get(key) ?? '');
      if (id === undefined) made.push({ id: newId(), values });
      else known.push({ id, values });
    }
    // Nobody else writes to the table meanwhile: what had no record before still has none.
    if (known.length > 0) await this.records.change(table, named, known);
    if (made.length > 0) await this.records.load(table, filled, made);
    const repeated = keyed.length - last.size;
    return { created: made.length, updated: known.length + repeated, rejections: sieve.rejections };
  }

  /** Rows whose unique values nobody else has. @param ownerOf the record that a row is to change. */
  async #free(
    table: HostedTable,
    fields: readonly Field[],
    rows: readonly FittingRow[],
    sieve: Sieve,
    ownerOf: (row: FittingRow) => string | undefined,
  ): Promise<FittingRow[]> {
    const unique = fields.filter((field) => field.unique);
    const holders = new Map<Field, ReadonlyMap<string, string>>();
    const seen = new Map(unique.map((field) => [field, new Set<string>()]));
    for (const field of unique)
      holders.set(field, await this.records.holders(table, field, textsOf(rows, field)));
    return rows.filter((row) => {
      const isFree = unique.every((field) => {
        const text = row.values.get(field) ?? null;
        if (text === null) return true;
        if (seen.get(field)?.has(text)) return sieve.refuse(row, field, TAKEN_BEFORE);
        const holder = holders.get(field)?.get(text);
        return holder === undefined || holder === ownerOf(row) || sieve.refuse(row, field, TAKEN);
      });
      if (isFree) for (const field of unique) seen.get(field)?.add(row.values.get(field) ?? '');
      return isFree;
    });
  }

  async #linked(
    table: HostedTable,
    rows: readonly FittingRow[],
    sieve: Sieve,
  ): Promise<readonly FittingRow[]> {
    let linked = rows;
    for (const field of table.fields) {
      const ids = field.linkedTableId === null ? [] : textsOf(linked, field);
      if (field.linkedTableId === null || ids.length === 0) continue;
      const there = { id: field.linkedTableId, workspaceId: table.workspaceId };
      const missing = await this.records.missing(there, ids);
      linked = linked.filter(
        (row) => !missing.has(row.values.get(field) ?? '') || sieve.refuse(row, field, UNKNOWN),
      );
    }
    return linked;
  }
}

/** Keeps what was refused. */
class Sieve {
  readonly rejections: Rejection[] = [];

  /** @returns false, so that it can stand in a condition. */
  refuse({ number, values }: FittingRow, field: Field, reason: string): false {
    const value = cellOf(decodeValue(field.type, values.get(field) ?? null)).slice(0, SHOWN_CHARACTERS);
    this.rejections.push({ rowNumber: number, column: field.key, value, reason });
    return false;
  }
}

function textsOf(rows: readonly FittingRow[], field: Field): string[] {
  return rows.flatMap(({ values }) => values.get(field) ?? []);
}
