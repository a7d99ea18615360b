import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { EventOutbox } from '#common/events';
import { RecordsRepository } from '../records/records.repository.js';
import { HostedStorageRepository } from '../storage/hosted-storage.repository.js';
import { asideColumn, storageOf } from '../storage/names.js';
import { TableIndexing } from '../storage/table-indexing.js';
import { RecordLinked, TableNotFound } from '../tables.errors.js';
import { tableRecordsReplaced } from '../tables.events.js';
import { TablesRepository } from '../tables.repository.js';
import type { Field, HostedTable } from '../tables.types.js';
import type { AsideTable, TableImport } from './import.types.js';
import { ImportOutdated } from './imports.errors.js';
import { ImportsRepository } from './imports.repository.js';

/** Loads the records of a table aside, in a table that is named by the import, and puts that into its place at once. */
@Injectable()
export class TableReplacement {
  constructor(
    private readonly tables: TablesRepository,
    private readonly records: RecordsRepository,
    private readonly storage: HostedStorageRepository,
    private readonly indexing: TableIndexing,
    private readonly imports: ImportsRepository,
    private readonly events: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Makes the table that is to be loaded. What links point to must be there, or nothing would be checked. */
  async prepare(one: TableImport, table: HostedTable): Promise<AsideTable> {
    const columns = Object.fromEntries(
      table.fields.map(({ id, column }) => [id, asideColumn(column, one.id)]),
    );
    const aside = { columns, shape: shapeOf(table) };
    const loaded = asideTable(one, table, aside);
    await this.unitOfWork.run(async () => {
      await this.storage.waitBriefly();
      await this.storage.drop(one.id);
      await this.storage.create(loaded);
      for (const field of loaded.fields) await this.storage.addColumn(one.id, field, null);
      await this.imports.saveAside(one, aside);
    });
    return aside;
  }

  /**
   * The records of the table are those of the import, from one moment to the next. Links to the old ones become empty.
   * @throws ImportOutdated, RecordLinked, TableBusy
   */
  async swap(one: TableImport, aside: AsideTable): Promise<void> {
    const { workspaceId, tableId } = one;
    await this.#index(one, aside);
    const linking = await this.tables.linkingTo(workspaceId, tableId);
    await this.unitOfWork.run(async () => {
      await this.storage.waitBriefly();
      const locked = await this.tables.lock(workspaceId, [tableId, ...linking]);
      const table = locked.find(({ id }) => id === tableId);
      if (!table) throw new TableNotFound();
      if (shapeOf(table) !== aside.shape) throw new ImportOutdated();
      const links = linksInto(tableId, locked);
      for (const { from, field } of links) await this.#release(from, field);
      await this.storage.moveInto(tableId, one.id);
      for (const field of table.fields)
        await this.tables.saveField(table, { ...field, column: aside.columns[field.id] ?? '' });
      for (const { from, field } of links) await this.storage.constrain(from.id, field);
      await this.tables.setRecordCount(table, one.created);
      await this.imports.finish(one);
      await this.events.publish(tableRecordsReplaced, { tableId }, table);
    });
  }

  /** Forgets what was loaded, so that the import can begin anew. */
  async discard(one: TableImport): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.storage.drop(one.id);
      await this.imports.reset(one);
    });
  }

  /** Nobody reads it yet, so that indexes can be made at once. */
  async #index(one: TableImport, aside: AsideTable): Promise<void> {
    const table = await this.tables.find(one.workspaceId, one.tableId);
    if (!table) throw new TableNotFound();
    const fields = asideTable(one, table, aside).fields;
    await this.storage.indexNow(
      { id: one.id, recordCount: 0 },
      this.indexing.wanted({ ...table, fields, recordCount: one.created }, storageOf(one.id)),
    );
  }

  /** @throws RecordLinked when a record has to have the link. */
  async #release(from: HostedTable, field: Field): Promise<void> {
    if (field.required && (await this.records.holdsAny(from, field))) throw new RecordLinked();
    if (!field.required) await this.records.unlink(from, field);
  }
}

/** What is loaded, as if it were a table: its records are named by the id of the import. */
export function asideTable(one: TableImport, table: HostedTable, { columns }: AsideTable): HostedTable {
  const fields = table.fields.map((field) => ({
    ...field,
    column: columns[field.id] ?? '',
    linkedTableId: field.linkedTableId === table.id ? one.id : field.linkedTableId,
  }));
  return { ...table, id: one.id, fields };
}

/** What of the fields decides which records fit, and where they are. */
export function shapeOf({ fields }: HostedTable): string {
  return JSON.stringify(
    fields.map(({ id, type, required, unique, options, linkedTableId, column }) => [
      ...[id, type, required, unique, options, linkedTableId, column],
    ]),
  );
}

/** The fields of other tables that link to one. Its own go with its old records. */
function linksInto(tableId: string, tables: readonly HostedTable[]): { from: HostedTable; field: Field }[] {
  return tables
    .filter(({ id }) => id !== tableId)
    .flatMap((from) =>
      from.fields.filter(({ linkedTableId }) => linkedTableId === tableId).map((field) => ({ from, field })),
    );
}
