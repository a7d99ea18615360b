import { Injectable } from '@nestjs/common';
import type { Reading, Statement } from '#common/database';
import {
  type Aggregation,
  type HostedTable,
  RecordReader,
  type RecordsPage,
  type RecordsQuestion,
  type TableRecord,
} from '#modules/tables';
import { printRow, shownFields } from './print-row.js';
import { RowPassagesRepository } from './row-passages.repository.js';
import type { AttachedTable } from './table.types.js';

const TIMEOUT_MS = 5_000;

/** A table that a bot answers from, with the fields that it may see. */
export interface VisibleTable extends AttachedTable {
  readonly table: HostedTable;
}

/** Exact questions about the tables of a bot's sources, which see the fields that the sources show and no others. */
@Injectable()
export class AttachedTables {
  constructor(
    private readonly rows: RowPassagesRepository,
    private readonly reader: RecordReader,
  ) {}

  /** The tables of the sources that are attached to a bot and have been read. */
  of(workspaceId: string, botId: string): Promise<readonly AttachedTable[]> {
    return this.rows.attachedTo(workspaceId, botId);
  }

  /**
   * The same, to be read along by somebody else's statement.
   * @param bot an expression of SQL that gives the bot's id, the same for every row.
   */
  reading(workspaceId: string, bot: string): Reading<readonly AttachedTable[]> {
    return this.rows.attachedReading(workspaceId, bot);
  }

  /** Their fields as they are now. @throws TableNotFound */
  async open(workspaceId: string, tables: readonly AttachedTable[]): Promise<readonly VisibleTable[]> {
    return Promise.all(
      tables.map(async (attached) => {
        const { fields } = attached.view;
        const table = await this.reader.table(workspaceId, attached.tableId, { fields });
        return { ...attached, table: { ...table, fields: shownFields(table.fields, attached.view) } };
      }),
    );
  }

  /** @throws InvalidFields, QueryTooSlow, TableNotFound */
  query({ table, view }: VisibleTable, question: RecordsQuestion): Promise<Aggregation> {
    const { workspaceId, id } = table;
    return this.reader.query(workspaceId, id, question, { timeoutMs: TIMEOUT_MS, fields: view.fields });
  }

  /** @throws InvalidFields, QueryTooSlow, TableNotFound */
  async list({ table, view }: VisibleTable, page: RecordsPage): Promise<readonly TableRecord[]> {
    const limits = { timeoutMs: TIMEOUT_MS, fields: view.fields };
    return (await this.reader.page(table.workspaceId, table.id, page, limits)).data;
  }

  /**
   * A subselect of the ids of the records that fit, for somebody else's statement.
   * @param path of the filter, for complaints.
   * @throws InvalidFields, TableNotFound
   */
  selection(
    workspaceId: string,
    { tableId, view }: Pick<AttachedTable, 'tableId' | 'view'>,
    filter: unknown,
    path: string,
  ): Promise<Statement> {
    return this.reader.selection(workspaceId, tableId, { filter, path }, { fields: view.fields });
  }

  /** A record as its passage has it. */
  print({ table, view }: VisibleTable, { fields }: TableRecord): string {
    return printRow(table.fields, fields, view);
  }
}
