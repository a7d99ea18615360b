import { Injectable } from '@nestjs/common';
import { inBatches, newId, UnitOfWork } from '#common/database';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { EventOutbox } from '#common/events';
import { RecordNotFound, TableNotFound, ValueTaken } from '../tables.errors.js';
import { tableRecordsChanged } from '../tables.events.js';
import { TablesRepository } from '../tables.repository.js';
import type { Field, HostedTable, RecordValues, TableRecord, UpsertedRecord } from '../tables.types.js';
import {
  assertDistinct,
  type EncodedRecord,
  type EncodedValues,
  pathOf,
  RecordCheck,
  unknownField,
} from './record-values.js';
import { TableIndexing } from '../storage/table-indexing.js';
import { RecordsRepository } from './records.repository.js';

type Change = 'created' | 'updated' | 'deleted';

/**
 * Writes records: all of a call or nothing. Whoever writes to a table locks it first, so that what is checked under the
 * lock (values that must be unique, records that links name) still holds when it is written.
 */
@Injectable()
export class RecordWriter {
  constructor(
    private readonly tables: TablesRepository,
    private readonly records: RecordsRepository,
    private readonly indexing: TableIndexing,
    private readonly events: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws TableNotFound, InvalidFields, ValueTaken, TableLimitReached */
  insert(workspaceId: string, tableId: string, drafts: readonly RecordValues[]): Promise<TableRecord[]> {
    return this.#locked(workspaceId, [tableId], async (table) => {
      const encoded = this.#check(table, drafts);
      await this.#assertFree(table, encoded);
      await this.#assertLinked(table, encoded);
      const made = await this.records.insert(
        table,
        encoded.map((values) => ({ id: newId(), values })),
      );
      await this.indexing.grown(table, made.length);
      await this.#announce(table, made, 'created');
      return made;
    });
  }

  /** Changes what the values name. @throws TableNotFound, RecordNotFound, InvalidFields, ValueTaken */
  update(workspaceId: string, tableId: string, id: string, values: RecordValues): Promise<TableRecord> {
    return this.#locked(workspaceId, [tableId], async (table) => {
      const check = new RecordCheck(table);
      const encoded = check.updated(values, 'fields');
      check.assertPassed();
      const paths = (_: number, { key }: Field): string => `fields.${key}`;
      await this.#assertFree(table, [encoded], paths, id);
      await this.#assertLinked(table, [encoded], paths);
      const record = await this.records.update(table, id, encoded);
      if (!record) throw new RecordNotFound();
      await this.#announce(table, [record], 'updated');
      return record;
    });
  }

  /**
   * Makes records, or changes those that hold the same value of the field `key`. All name the same fields.
   * @throws TableNotFound, InvalidFields, ValueTaken, TableLimitReached
   */
  upsert(
    workspaceId: string,
    tableId: string,
    key: string,
    drafts: readonly RecordValues[],
  ): Promise<UpsertedRecord[]> {
    return this.#locked(workspaceId, [tableId], async (table) => {
      const field = keyField(table, key);
      const named = namedFields(table, field, drafts);
      const encoded = this.#check(table, drafts);
      await this.#assertFreeButFor(table, field, encoded, named);
      await this.#assertLinked(table, encoded);
      const written = await this.records.upsert(
        table,
        field,
        named,
        encoded.map((values) => ({ id: newId(), values })),
      );
      const created = written.filter(({ isNew }) => isNew);
      await this.indexing.grown(table, created.length);
      await this.#announce(table, created, 'created');
      await this.#announce(
        table,
        written.filter(({ isNew }) => !isNew),
        'updated',
      );
      return written;
    });
  }

  /** Links of other records to these become empty. @throws TableNotFound, InvalidFields, RecordLinked */
  async remove(workspaceId: string, tableId: string, ids: readonly string[]): Promise<void> {
    const linking = await this.tables.linkingTo(workspaceId, tableId);
    await this.#locked(workspaceId, [tableId, ...linking], async (table) => {
      const missing = await this.records.missing(table, ids);
      const problems = ids.flatMap((id, index): FieldProblem[] =>
        missing.has(id)
          ? [{ path: `ids.${String(index)}`, message: 'names a record that does not exist' }]
          : [],
      );
      if (problems.length > 0) throw new InvalidFields(problems);
      await this.records.remove(table, ids);
      await this.#announce(
        table,
        ids.map((id) => ({ id })),
        'deleted',
      );
    });
  }

  #locked<T>(
    workspaceId: string,
    ids: readonly string[],
    work: (table: HostedTable) => Promise<T>,
  ): Promise<T> {
    return this.unitOfWork.run(async () => {
      const locked = await this.tables.lock(workspaceId, ids);
      const table = locked.find(({ id }) => id === ids[0]);
      if (!table) throw new TableNotFound();
      return work(table);
    });
  }

  #check(table: HostedTable, drafts: readonly RecordValues[]): EncodedValues[] {
    const check = new RecordCheck(table);
    const encoded = drafts.map((draft, index) => check.created(draft, pathOf(index)));
    check.assertPassed();
    assertDistinct(table.fields, encoded);
    return encoded;
  }

  /** @param butFor the record that may hold the values already. */
  async #assertFree(
    table: HostedTable,
    records: readonly EncodedRecord[],
    path: (index: number, field: Field) => string = pathOf,
    butFor?: string,
  ): Promise<void> {
    for (const field of table.fields.filter(({ unique }) => unique)) {
      const holders = await this.records.holders(table, field, textsOf(records, field));
      this.#refuseTaken(records, field, path, (text) => {
        const holder = holders.get(text);
        return holder !== undefined && holder !== butFor;
      });
    }
  }

  /** Other unique values of records that are to be changed may be their own. */
  async #assertFreeButFor(
    table: HostedTable,
    key: Field,
    records: readonly EncodedRecord[],
    named: readonly Field[],
  ): Promise<void> {
    const own = await this.records.holders(table, key, textsOf(records, key));
    for (const field of named.filter(({ unique, id }) => unique && id !== key.id)) {
      const holders = await this.records.holders(table, field, textsOf(records, field));
      records.forEach((record, index) => {
        const holder = holders.get(record.get(field) ?? '');
        if (holder !== undefined && holder !== own.get(record.get(key) ?? ''))
          throw new ValueTaken([takenAt(pathOf(index, field))]);
      });
    }
  }

  #refuseTaken(
    records: readonly EncodedRecord[],
    field: Field,
    path: (index: number, field: Field) => string,
    isTaken: (text: string) => boolean,
  ): void {
    const problems = records.flatMap((record, index) => {
      const text = record.get(field) ?? null;
      return text !== null && isTaken(text) ? [takenAt(path(index, field))] : [];
    });
    if (problems.length > 0) throw new ValueTaken(problems.slice(0, MAX_PROBLEMS));
  }

  async #assertLinked(
    table: HostedTable,
    records: readonly EncodedRecord[],
    path: (index: number, field: Field) => string = pathOf,
  ): Promise<void> {
    for (const field of table.fields) {
      const ids = field.linkedTableId === null ? [] : textsOf(records, field);
      if (field.linkedTableId === null || ids.length === 0) continue;
      const missing = await this.records.missing(
        { id: field.linkedTableId, workspaceId: table.workspaceId },
        ids,
      );
      const problems = records.flatMap((record, index) =>
        missing.has(record.get(field) ?? '')
          ? [{ path: path(index, field), message: 'names a record that does not exist' }]
          : [],
      );
      if (problems.length > 0) throw new InvalidFields(problems.slice(0, MAX_PROBLEMS));
    }
  }

  async #announce(
    table: HostedTable,
    records: readonly { readonly id: string }[],
    change: Change,
  ): Promise<void> {
    for (const batch of inBatches(records, IDS_PER_EVENT)) {
      const payload = { tableId: table.id, recordIds: batch.map(({ id }) => id), change };
      await this.events.publish(tableRecordsChanged, payload, table);
    }
  }
}

const IDS_PER_EVENT = 500;
const MAX_PROBLEMS = 100;

function takenAt(path: string): FieldProblem {
  return { path, message: 'is held by another record' };
}

function textsOf(records: readonly EncodedRecord[], field: Field): string[] {
  return records.flatMap((record) => record.get(field) ?? []);
}

function keyField(table: HostedTable, key: string): Field {
  const field = table.fields.find((one) => one.key === key);
  if (!field) throw new InvalidFields([{ path: 'key', message: unknownField(table) }]);
  if (!field.unique) throw new InvalidFields([{ path: 'key', message: 'is no unique field of this table' }]);
  return field;
}

function namedFields(table: HostedTable, key: Field, drafts: readonly RecordValues[]): Field[] {
  const names = Object.keys(drafts[0] ?? {}).sort();
  drafts.forEach((draft, index) => {
    const path = pathOf(index);
    if (Object.keys(draft).sort().join() !== names.join())
      throw new InvalidFields([{ path, message: 'must name the same fields as the first record' }]);
    if (isBlank(draft[key.key]))
      throw new InvalidFields([{ path: `${path}.${key.key}`, message: 'is required in an upsert by it' }]);
  });
  return table.fields.filter((field) => names.includes(field.key));
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
