import { Injectable } from '@nestjs/common';
import { type Page, type Statement, UnitOfWork } from '#common/database';
import { TableNotFound } from '../tables.errors.js';
import { storageOf } from '../storage/names.js';
import { TablesRepository } from '../tables.repository.js';
import type { HostedTable, TableRecord } from '../tables.types.js';
import { aggregateStatement } from './aggregate-statement.js';
import type { Aggregation, RecordsQuestion } from './aggregate.types.js';
import { conditionOf } from './conditions.js';
import { cursorAfter, pageQueryOf, type RecordsPage } from './page-query.js';
import { recordsWhere } from './page-statement.js';
import { RecordsRepository } from './records.repository.js';

const PAGE_TIMEOUT_MS = 5_000;
const QUESTION_TIMEOUT_MS = 10_000;
const STREAMED_AT_ONCE = 1_000;

/** How long reading may take, and which fields there are for the reader; all of them when not given. */
export interface ReadingLimits {
  readonly timeoutMs?: number;
  /** Keys of fields. Others can be neither seen nor asked about. */
  readonly fields?: readonly string[] | null;
}

/** Reads records on behalf of a workspace. Whether somebody may see them is for the caller to say. */
@Injectable()
export class RecordReader {
  constructor(
    private readonly tables: TablesRepository,
    private readonly records: RecordsRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws TableNotFound */
  async table(workspaceId: string, tableId: string, { fields }: ReadingLimits = {}): Promise<HostedTable> {
    const table = await this.tables.find(workspaceId, tableId);
    if (!table) throw new TableNotFound();
    return fields ? { ...table, fields: table.fields.filter(({ key }) => fields.includes(key)) } : table;
  }

  /** @throws TableNotFound, QueryTooSlow, InvalidFields */
  page(
    workspaceId: string,
    tableId: string,
    page: RecordsPage,
    limits: ReadingLimits = {},
  ): Promise<Page<TableRecord>> {
    return this.#read(workspaceId, tableId, { timeoutMs: PAGE_TIMEOUT_MS, ...limits }, async (table) => {
      const query = pageQueryOf(table, page);
      const { records, next } = await this.records.page(table, query);
      return { data: records, nextCursor: next && cursorAfter(query, next) };
    });
  }

  /** Those of the records that there are, in no order. @throws TableNotFound */
  byIds(
    workspaceId: string,
    tableId: string,
    ids: readonly string[],
    limits: ReadingLimits = {},
  ): Promise<readonly TableRecord[]> {
    return this.#read(workspaceId, tableId, { timeoutMs: PAGE_TIMEOUT_MS, ...limits }, (table) =>
      this.records.byIds(table, ids),
    );
  }

  /**
   * A subselect of the ids of the records that fit, to be read along by somebody else's statement.
   * @throws TableNotFound, InvalidFields
   */
  async selection(
    workspaceId: string,
    tableId: string,
    { filter, path }: { readonly filter: unknown; readonly path: string },
    limits: ReadingLimits = {},
  ): Promise<Statement> {
    const table = await this.table(workspaceId, tableId, limits);
    const { sql, params } = recordsWhere(table, { where: conditionOf(table, filter, path), search: null });
    return { sql: `select r.id from ${storageOf(table.id)} r where ${sql}`, params };
  }

  /**
   * Answers a question about many records; it cannot write.
   * @throws TableNotFound, QueryTooSlow, InvalidFields
   */
  query(
    workspaceId: string,
    tableId: string,
    question: RecordsQuestion,
    limits: ReadingLimits = {},
  ): Promise<Aggregation> {
    return this.#read(workspaceId, tableId, { timeoutMs: QUESTION_TIMEOUT_MS, ...limits }, async (table) => {
      const statement = aggregateStatement(table, question);
      const rows = await this.records.aggregate(table, statement);
      return {
        rows: rows.slice(0, statement.limit).map((row) => statement.read(row)),
        isTruncated: rows.length > statement.limit,
      };
    });
  }

  /** Every record that fits, in pieces; each is read when it is asked for. @throws TableNotFound, InvalidFields */
  async *stream(
    workspaceId: string,
    tableId: string,
    filter: Pick<RecordsPage, 'filter' | 'search' | 'sort'> = {},
    limits: ReadingLimits = {},
  ): AsyncGenerator<readonly TableRecord[]> {
    let cursor: string | null = null;
    do {
      const next = { ...filter, limit: STREAMED_AT_ONCE, ...(cursor === null ? {} : { cursor }) };
      const page: Page<TableRecord> = await this.page(workspaceId, tableId, next, limits);
      yield page.data;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Fields may go between finding the table and reading from it: then what is there is looked up once more. */
  async #read<T>(
    workspaceId: string,
    tableId: string,
    limits: ReadingLimits & { readonly timeoutMs: number },
    work: (table: HostedTable) => Promise<T>,
    isRepeated = false,
  ): Promise<T> {
    const table = await this.table(workspaceId, tableId, limits);
    try {
      return await this.unitOfWork.run(async () => {
        await this.records.readFor(limits.timeoutMs);
        return work(table);
      });
    } catch (error) {
      if (isRepeated || !(error instanceof TableNotFound)) throw error;
      return this.#read(workspaceId, tableId, limits, work, true);
    }
  }
}
