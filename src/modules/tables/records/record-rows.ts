import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import {
  type ColumnType,
  type Row,
  type RowBatch,
  type RowColumn,
  Rows,
  type RowsWanted,
  type RowValue,
} from '#common/rows';
import { FieldsChanged, TableNotFound } from '../tables.errors.js';
import type { Field, FieldType, FieldValue, HostedTable, TableRecord } from '../tables.types.js';
import { RecordReader } from './record-reader.js';
import { RecordsRepository } from './records.repository.js';

/** What is read of a table, fit to be kept as JSON. */
export interface RecordScope {
  readonly tableId: string;
  readonly filter: unknown;
  /** Types of the fields that there were, by their keys. */
  readonly types: Readonly<Record<string, FieldType>>;
}

const COLUMN_TYPE: Readonly<Record<FieldType, ColumnType>> = {
  ...({ text: 'text', long_text: 'text', email: 'text', url: 'text', select: 'text' } as const),
  ...({ link: 'text', date: 'text', number: 'decimal', boolean: 'boolean', datetime: 'timestamp' } as const),
  ...({ multi_select: 'json', json: 'json' } as const),
};
const BATCH_TIMEOUT_MS = 60_000;
const SYSTEM: readonly RowColumn[] = [
  { name: 'id', type: 'text', description: 'The record.' },
  { name: 'createdAt', type: 'timestamp', description: 'When it was made.' },
  { name: 'updatedAt', type: 'timestamp', description: 'When it changed last.' },
];

/** Records as rows, for modules that take very many of them. */
@Injectable()
export class RecordRows {
  constructor(
    private readonly reader: RecordReader,
    private readonly records: RecordsRepository,
    private readonly abilities: Abilities,
  ) {}

  /** Whether an actor may read the records of this table, if there is one. @throws Forbidden */
  isOpenTo(actor: Actor, tableId: string): boolean {
    return this.abilities.reaches(actor, 'read', 'Record', { workspaceId: actor.workspaceId, tableId });
  }

  /**
   * The records that there are now and that fit.
   * @param path of the filter, for what is said of it.
   * @throws Forbidden, TableNotFound, InvalidFields
   */
  async scopeOf(actor: Actor, tableId: string, filter: unknown, path: string): Promise<RecordScope> {
    if (!this.isOpenTo(actor, tableId)) throw new TableNotFound();
    const { workspaceId } = actor;
    const { fields } = await this.reader.table(workspaceId, tableId);
    const now = { field: 'createdAt', op: 'lte', value: await this.records.now() };
    const both = filter === undefined ? now : { and: [now, filter] };
    await this.reader.selection(workspaceId, tableId, { filter: filter ?? now, path });
    await this.reader.selection(workspaceId, tableId, { filter: both, path });
    return { tableId, filter: both, types: Object.fromEntries(fields.map(({ key, type }) => [key, type])) };
  }

  /** Of the records and of each field. @throws TableNotFound */
  async columns(workspaceId: string, tableId: string): Promise<readonly RowColumn[]> {
    const { fields } = await this.reader.table(workspaceId, tableId);
    return [...SYSTEM, ...fields.map((field) => columnOf(field))];
  }

  /** What the table is called. @throws TableNotFound */
  async nameOf(workspaceId: string, tableId: string): Promise<string> {
    return (await this.reader.table(workspaceId, tableId)).name;
  }

  /**
   * In the order in which they were made.
   * @throws TableNotFound; FieldsChanged when a column would no longer be what it was.
   */
  async batch(scope: object, wanted: Omit<RowsWanted, 'snapshot' | 'since'>): Promise<RowBatch> {
    const { tableId, filter, types } = scope as RecordScope;
    const { workspaceId, columns, after, limit } = wanted;
    assertSame(await this.reader.table(workspaceId, tableId), types, columns);
    const page = { filter, limit, ...(after === null ? {} : { cursor: after }) };
    const { data, nextCursor } = await this.reader.page(workspaceId, tableId, page, {
      timeoutMs: BATCH_TIMEOUT_MS,
    });
    return { rows: Rows.of(data.map((record) => rowOf(record, types, columns))), next: nextCursor };
  }

  /** Of the whole table, up to a limit. @throws TableNotFound */
  async count(workspaceId: string, scope: object, limit: number): Promise<number> {
    const { recordCount } = await this.reader.table(workspaceId, (scope as RecordScope).tableId);
    return Math.min(recordCount, limit);
  }
}

function columnOf({ key, name, type, description }: Field): RowColumn {
  return { name: key, type: COLUMN_TYPE[type], description: description === '' ? name : description };
}

function assertSame({ fields }: HostedTable, types: RecordScope['types'], columns: readonly string[]): void {
  const now = new Map(fields.map(({ key, type }) => [key, type]));
  const isOther = (key: string): boolean => types[key] !== undefined && types[key] !== now.get(key);
  if (columns.some(isOther)) throw new FieldsChanged();
}

function rowOf(record: TableRecord, types: RecordScope['types'], columns: readonly string[]): Row {
  return columns.map((name) => {
    if (name === 'id') return record.id;
    if (name === 'createdAt' || name === 'updatedAt') return Date.parse(record[name]);
    const type = types[name];
    return type === undefined ? null : valueOf(type, record.fields[name]);
  });
}

function valueOf(type: FieldType, value: FieldValue): RowValue {
  if (value === null || value === undefined) return null;
  switch (COLUMN_TYPE[type]) {
    case 'timestamp':
      return Date.parse(value as string);
    case 'json':
      return JSON.stringify(value);
    case 'boolean':
      return value === true;
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
