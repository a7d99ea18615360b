import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { EventOutbox } from '#common/events';
import type { JobContext, JobContinuation } from '#common/jobs';
import { fieldIn } from '../fields/fields.service.js';
import { RecordsRepository, type StoredValue } from '../records/records.repository.js';
import { HostedStorageRepository } from '../storage/hosted-storage.repository.js';
import { columnAfter } from '../storage/names.js';
import { patiently, unlessBusy } from '../storage/patience.js';
import { TableIndexing } from '../storage/table-indexing.js';
import { FieldInUse, TableBusy, TableNotFound, ValuesDoNotConvert } from '../tables.errors.js';
import { tableFieldsChanged } from '../tables.events.js';
import { TablesRepository } from '../tables.repository.js';
import type { Field, FieldConversion, HostedTable } from '../tables.types.js';
import { cellOf, decodeValue, readCell } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';

/** What became of the values of a field. */
export interface ConversionReport {
  readonly outcome: 'converted' | 'checked' | 'nothing_to_do';
  /** How many values do not convert. */
  readonly misfits: number;
  /** Some of those that do not convert. */
  readonly examples: readonly {
    readonly recordId: string;
    readonly value: string;
    readonly message: string;
  }[];
}

const AT_ONCE = 1_000;
const MAX_EXAMPLES = 100;
const SHOWN_CHARACTERS = 100;

/**
 * Gives a field another type. Values are converted into a column of their own while the table is in use; then, with
 * everybody else kept out for a moment, those that were written meanwhile are converted, too, and the columns change
 * places. When that cannot be, the field stays as it was.
 */
@Injectable()
export class ConvertField {
  constructor(
    private readonly tables: TablesRepository,
    private readonly records: RecordsRepository,
    private readonly storage: HostedStorageRepository,
    private readonly indexing: TableIndexing,
    private readonly events: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** A busy table is waited for. @throws TableNotFound, FieldNotFound, ValuesDoNotConvert, FieldInUse */
  execute(
    tableId: string,
    fieldId: string,
    context: JobContext,
  ): Promise<ConversionReport | JobContinuation> {
    return unlessBusy(() => this.#run(tableId, fieldId, context));
  }

  async #run(tableId: string, fieldId: string, context: JobContext): Promise<ConversionReport> {
    const { workspaceId } = context.job;
    const table = await this.tables.find(workspaceId, tableId);
    if (!table) throw new TableNotFound();
    const field = fieldIn(table, fieldId);
    const wanted = field.conversion;
    if (!wanted) return { outcome: 'nothing_to_do', misfits: 0, examples: [] };
    const pass = new Conversion(field, wanted);
    try {
      return await this.#convert(table, pass, context);
    } catch (error) {
      if (error instanceof TableBusy) throw error;
      // Another attempt needs to know what was wanted.
      if (context.isLastAttempt || error instanceof ValuesDoNotConvert || error instanceof FieldInUse)
        await this.tables.saveConversion(workspaceId, fieldId, null);
      if (!wanted.dryRun) await this.#discard(tableId, pass.target);
      throw error;
    }
  }

  /** What stays because the table is busy is dropped when somebody converts the field again. */
  async #discard(tableId: string, { column }: Field): Promise<void> {
    await unlessBusy(() =>
      this.unitOfWork.run(async () => {
        await this.storage.waitBriefly();
        await this.storage.dropColumn(tableId, column);
      }),
    );
  }

  async #convert(table: HostedTable, pass: Conversion, context: JobContext): Promise<ConversionReport> {
    const { field, target, wanted } = pass;
    const since = wanted.dryRun ? null : await patiently(context, () => this.#begin(table, target));
    let count = 0;
    for await (const values of this.records.columnValues(table, field, AT_ONCE, null)) {
      context.throwIfCancelled();
      const converted = pass.convert(values);
      if (since) await this.records.fill(table, target, converted);
      count += values.length;
      context.progress(Math.min(0.99, count / Math.max(1, table.recordCount)), 'converting', {
        done: count,
        known: Math.max(count, table.recordCount),
        unit: 'records',
      });
    }
    if (since === null) {
      await this.tables.saveConversion(table.workspaceId, field.id, null);
      return pass.report('checked');
    }
    await patiently(context, () => this.#swap(table, pass, since));
    return pass.report('converted');
  }

  /** @returns from when on changes of records have to be looked at again. */
  #begin(table: HostedTable, target: Field): Promise<Date> {
    return this.unitOfWork.run(async () => {
      await this.storage.waitBriefly();
      await this.tables.lock(table.workspaceId, [table.id]);
      await this.storage.dropColumn(table.id, target.column);
      await this.storage.addColumn(
        table.id,
        { ...target, required: false, unique: false, linkedTableId: null },
        null,
      );
      return this.storage.now();
    });
  }

  async #swap({ workspaceId, id: tableId }: HostedTable, pass: Conversion, since: Date): Promise<void> {
    const { field, target } = pass;
    const linked = target.linkedTableId === null ? [] : [target.linkedTableId];
    await this.unitOfWork.run(async () => {
      await this.storage.waitBriefly();
      const locked = await this.tables.lock(workspaceId, [tableId, ...linked]);
      const table = locked.find(({ id }) => id === tableId);
      if (!table) throw new TableNotFound();
      for await (const values of this.records.columnValues(table, field, AT_ONCE, since))
        await this.records.fill(table, target, pass.convert(values));
      pass.assertMayReplace();
      const now = { ...fieldIn(table, field.id), ...pass.changes() };
      await this.tables.saveField(table, now);
      await this.tables.saveConversion(workspaceId, field.id, null);
      await this.storage.dropColumn(tableId, field.column);
      await this.storage.constrain(tableId, now);
      const fields = table.fields.map((other) => (other.id === field.id ? now : other));
      await this.indexing.follow({ ...table, fields });
      await this.events.publish(tableFieldsChanged, { tableId }, { workspaceId });
    });
  }
}

/** One field on its way from a type to another, and what was seen of its values. */
class Conversion {
  readonly target: Field;
  readonly #misfits = new Map<string, { readonly value: string; readonly message: string }>();

  constructor(
    readonly field: Field,
    readonly wanted: FieldConversion,
  ) {
    this.target = { ...field, ...this.changes() };
  }

  /** What of the field is different then. A default that does not convert is none. */
  changes(): Pick<Field, 'type' | 'options' | 'linkedTableId' | 'column' | 'default'> {
    const { type, options, linkedTableId } = this.wanted;
    const { default: byDefault, column } = this.field;
    const keepsDefault = type !== 'link' && !(this.#converted(byDefault ?? '') instanceof Misfit);
    return {
      ...{ type, options, linkedTableId, column: columnAfter(column) },
      default: keepsDefault ? byDefault : null,
    };
  }

  /** Values that were written meanwhile are looked at once more: what counts is what became of them then. */
  convert(values: readonly StoredValue[]): Map<string, string | null> {
    return new Map(
      values.map(({ id, text }) => {
        const cell = cellOf(decodeValue(this.field.type, text));
        const converted = this.#converted(cell);
        this.#misfits.delete(id);
        if (!(converted instanceof Misfit)) return [id, converted];
        this.#misfits.set(id, { value: cell.slice(0, SHOWN_CHARACTERS), message: converted.message });
        return [id, null];
      }),
    );
  }

  /** @throws ValuesDoNotConvert */
  assertMayReplace(): void {
    if (this.#misfits.size === 0 || this.wanted.emptyMisfits) return;
    throw new ValuesDoNotConvert(
      this.#misfits.size,
      this.#examples(5).map(({ recordId, value }) => `"${value}" of ${recordId}`),
    );
  }

  report(outcome: ConversionReport['outcome']): ConversionReport {
    return { outcome, misfits: this.#misfits.size, examples: this.#examples(MAX_EXAMPLES) };
  }

  #examples(most: number): ConversionReport['examples'] {
    return [...this.#misfits].slice(0, most).map(([recordId, misfit]) => ({ recordId, ...misfit }));
  }

  #converted(cell: string): string | null | Misfit {
    try {
      return readCell(this.wanted, cell);
    } catch (error) {
      if (error instanceof Misfit) return error;
      throw error;
    }
  }
}
