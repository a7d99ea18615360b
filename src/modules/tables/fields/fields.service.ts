import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { InvalidFields } from '#common/errors';
import { EventOutbox } from '#common/events';
import { JobQueue, type JobRef } from '#common/jobs';
import { convertField } from '../jobs/convert-field.job.js';
import { HostedStorageRepository } from '../storage/hosted-storage.repository.js';
import { TableIndexing } from '../storage/table-indexing.js';
import { FieldInUse, FieldNotFound, TableLimitReached, TableNotFound } from '../tables.errors.js';
import { tableFieldsChanged } from '../tables.events.js';
import { TablesRepository, unknownLinkedTable } from '../tables.repository.js';
import {
  type Field,
  type FieldChanges,
  type FieldConversion,
  type FieldDraft,
  type HostedTable,
  MAX_FIELDS,
} from '../tables.types.js';
import { readCell } from '../values/field-kinds.js';
import { checkedField, fieldOf, problemsOfShape } from './field-rules.js';

/** The fields of hosted tables. What is in the records stays, whatever changes. */
@Injectable()
export class FieldsService {
  constructor(
    private readonly tables: TablesRepository,
    private readonly storage: HostedStorageRepository,
    private readonly indexing: TableIndexing,
    private readonly abilities: Abilities,
    private readonly events: EventOutbox,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Gives a new table its fields, as part of the transaction that makes it. */
  async furnish(table: HostedTable, drafts: readonly FieldDraft[]): Promise<HostedTable> {
    let furnished = table;
    for (const [index, draft] of drafts.entries())
      furnished = await this.#add(furnished, fieldOf(draft, furnished.fields, `fields.${String(index)}.`));
    await this.indexing.follow(furnished);
    return furnished;
  }

  /** @throws TableNotFound, FieldKeyTaken, TableLimitReached, FieldInUse, TableBusy, InvalidFields */
  async add(actor: Actor, tableId: string, draft: FieldDraft): Promise<Field> {
    this.abilities.assertCan(actor, 'update', 'Table');
    return this.place(actor.workspaceId, tableId, draft);
  }

  /** The same for a job, which acts for the workspace itself. */
  place(workspaceId: string, tableId: string, draft: FieldDraft): Promise<Field> {
    return this.#change(workspaceId, tableId, draft.linkedTableId, async (table) => {
      if (table.fields.length >= MAX_FIELDS) throw new TableLimitReached('fields');
      const field = fieldOf(draft, table.fields);
      return { field, table: await this.#add(table, field) };
    });
  }

  /** Changes all of a field but its type. @throws TableNotFound, FieldNotFound, FieldInUse, TableBusy, InvalidFields */
  async update(actor: Actor, tableId: string, fieldId: string, changes: FieldChanges): Promise<Field> {
    this.abilities.assertCan(actor, 'update', 'Table');
    return this.change(actor.workspaceId, tableId, fieldId, changes);
  }

  /** The same for a job, which acts for the workspace itself. */
  change(workspaceId: string, tableId: string, fieldId: string, changes: FieldChanges): Promise<Field> {
    return this.#change(workspaceId, tableId, undefined, async (table) => {
      const old = fieldIn(table, fieldId);
      const field = checkedField({ ...old, ...changes });
      await this.#assertOptionsUnused(table, old, field);
      await this.tables.saveField(table, field);
      if (field.unique !== old.unique) {
        await (field.unique ? this.storage.makeUnique(tableId, field) : this.storage.dropUnique(field));
      }
      if (field.required !== old.required) await this.storage.constrain(tableId, field);
      const fields = table.fields.map((other) => (other.id === fieldId ? field : other));
      return { field, table: { ...table, fields } };
    });
  }

  /** Removes a field with its values. @throws TableNotFound, FieldNotFound, TableBusy */
  async remove(actor: Actor, tableId: string, fieldId: string): Promise<void> {
    this.abilities.assertCan(actor, 'update', 'Table');
    await this.#change(actor.workspaceId, tableId, undefined, async (table) => {
      const field = fieldIn(table, fieldId);
      await this.tables.removeField(table.workspaceId, fieldId);
      await this.storage.dropColumn(tableId, field.column);
      return { field, table: { ...table, fields: table.fields.filter(({ id }) => id !== fieldId) } };
    });
  }

  /**
   * Lets a job give a field another type. Nothing changes unless every value converts, or may be lost.
   * @throws TableNotFound, FieldNotFound, InvalidFields
   */
  async convert(
    actor: Actor,
    tableId: string,
    fieldId: string,
    conversion: FieldConversion,
  ): Promise<JobRef> {
    this.abilities.assertCan(actor, 'update', 'Table');
    const { workspaceId } = actor;
    const table = await this.tables.find(workspaceId, tableId);
    if (!table) throw new TableNotFound();
    const field = fieldIn(table, fieldId);
    const problems = problemsOfShape(conversion);
    if (problems.length > 0) throw new InvalidFields(problems);
    const { linkedTableId } = conversion;
    if (linkedTableId !== null && !(await this.tables.find(workspaceId, linkedTableId)))
      throw unknownLinkedTable();
    checkedField({ ...field, ...conversion, default: null });
    return this.unitOfWork.run(async () => {
      await this.tables.saveConversion(workspaceId, fieldId, conversion);
      return this.jobs.add(convertField, { tableId, fieldId }, { workspaceId });
    });
  }

  /** What changes a table runs alone on it, and on the table that it comes to link to. */
  async #change(
    workspaceId: string,
    tableId: string,
    linkedTableId: string | undefined,
    work: (table: HostedTable) => Promise<{ field: Field; table: HostedTable }>,
  ): Promise<Field> {
    return this.unitOfWork.run(async () => {
      await this.storage.waitBriefly();
      const locked = await this.tables.lock(workspaceId, [
        tableId,
        ...(linkedTableId ? [linkedTableId] : []),
      ]);
      const table = locked.find(({ id }) => id === tableId);
      if (!table) throw new TableNotFound();
      const changed = await work(table);
      await this.indexing.follow(changed.table);
      await this.events.publish(tableFieldsChanged, { tableId }, { workspaceId });
      return changed.field;
    });
  }

  async #add(table: HostedTable, field: Field): Promise<HostedTable> {
    await this.tables.saveField(table, field);
    await this.storage.addColumn(table.id, field, readCell(field, field.default ?? ''));
    return { ...table, fields: [...table.fields, field] };
  }

  async #assertOptionsUnused(table: HostedTable, old: Field, { options }: Field): Promise<void> {
    const gone = old.options.filter((option) => !options.includes(option));
    if (gone.length === 0 || !(await this.storage.holdsOption(table, old, gone))) return;
    throw new FieldInUse(
      `Some records hold one of the options that would go: ${gone.join(', ').slice(0, 200)}.`,
    );
  }
}

/** @throws FieldNotFound */
export function fieldIn({ fields }: HostedTable, id: string): Field {
  const field = fields.find((one) => one.id === id);
  if (!field) throw new FieldNotFound();
  return field;
}
