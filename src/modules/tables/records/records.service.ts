import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, UnitOfWork } from '#common/database';
import { RecordNotFound, TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import type { HostedTable, RecordValues, TableRecord, UpsertedRecord } from '../tables.types.js';
import { aggregateStatement } from './aggregate-statement.js';
import type { Aggregation, RecordsQuestion } from './aggregate.types.js';
import { cursorAfter, pageQueryOf, type RecordsPage } from './page-query.js';
import { RecordWriter } from './record-writer.js';
import { RecordsRepository } from './records.repository.js';

const PAGE_TIMEOUT_MS = 5_000;
const QUESTION_TIMEOUT_MS = 10_000;
const STREAMED_AT_ONCE = 1_000;

/** The records of hosted tables. */
@Injectable()
export class RecordsService {
  constructor(
    private readonly tables: TablesRepository,
    private readonly records: RecordsRepository,
    private readonly writer: RecordWriter,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws TableNotFound, QueryTooSlow, InvalidFields */
  async list(actor: Actor, tableId: string, page: RecordsPage): Promise<Page<TableRecord>> {
    this.abilities.assertCan(actor, 'read', 'Record');
    return this.#read(actor.workspaceId, tableId, PAGE_TIMEOUT_MS, async (table) => {
      const query = pageQueryOf(table, page);
      const { records, next } = await this.records.page(table, query);
      return { data: records, nextCursor: next && cursorAfter(query, next) };
    });
  }

  /** @throws TableNotFound, RecordNotFound */
  async get(actor: Actor, tableId: string, id: string): Promise<TableRecord> {
    const [record] = await this.getByIds(actor, tableId, [id]);
    if (!record) throw new RecordNotFound();
    return record;
  }

  /** Those of the records that there are, in no order. @throws TableNotFound */
  async getByIds(actor: Actor, tableId: string, ids: readonly string[]): Promise<readonly TableRecord[]> {
    this.abilities.assertCan(actor, 'read', 'Record');
    return this.#read(actor.workspaceId, tableId, PAGE_TIMEOUT_MS, (table) => this.records.byIds(table, ids));
  }

  /**
   * Answers a question about many records; it cannot write, and ends after `timeoutMs`.
   * @throws TableNotFound, QueryTooSlow, InvalidFields
   */
  async query(
    actor: Actor,
    tableId: string,
    question: RecordsQuestion,
    { timeoutMs = QUESTION_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Aggregation> {
    this.abilities.assertCan(actor, 'read', 'Record');
    return this.#read(actor.workspaceId, tableId, timeoutMs, async (table) => {
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
    actor: Actor,
    tableId: string,
    filter: Pick<RecordsPage, 'filter' | 'search' | 'sort'> = {},
  ): AsyncGenerator<readonly TableRecord[]> {
    let cursor: string | null = null;
    do {
      const page: Page<TableRecord> = await this.list(actor, tableId, {
        ...filter,
        limit: STREAMED_AT_ONCE,
        ...(cursor === null ? {} : { cursor }),
      });
      yield page.data;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** All of the records or none. @throws TableNotFound, ValueTaken, TableLimitReached, InvalidFields */
  async create(actor: Actor, tableId: string, records: readonly RecordValues[]): Promise<TableRecord[]> {
    this.abilities.assertCan(actor, 'create', 'Record');
    return this.writer.insert(actor.workspaceId, tableId, records);
  }

  /** @throws TableNotFound, RecordNotFound, ValueTaken, InvalidFields */
  async update(actor: Actor, tableId: string, id: string, values: RecordValues): Promise<TableRecord> {
    this.abilities.assertCan(actor, 'update', 'Record');
    return this.writer.update(actor.workspaceId, tableId, id, values);
  }

  /** Makes or changes records by the value of a unique field. @throws TableNotFound, ValueTaken, TableLimitReached, InvalidFields */
  async upsert(
    actor: Actor,
    tableId: string,
    key: string,
    records: readonly RecordValues[],
  ): Promise<UpsertedRecord[]> {
    this.abilities.assertCan(actor, 'create', 'Record');
    this.abilities.assertCan(actor, 'update', 'Record');
    return this.writer.upsert(actor.workspaceId, tableId, key, records);
  }

  /** @throws TableNotFound, RecordNotFound, RecordLinked */
  async remove(actor: Actor, tableId: string, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'delete', 'Record');
    await this.get(actor, tableId, id);
    await this.writer.remove(actor.workspaceId, tableId, [id]);
  }

  /** All of the records or none. @throws TableNotFound, RecordLinked, InvalidFields when one is not there */
  async removeAll(actor: Actor, tableId: string, ids: readonly string[]): Promise<void> {
    this.abilities.assertCan(actor, 'delete', 'Record');
    await this.writer.remove(actor.workspaceId, tableId, ids);
  }

  /** Fields may go between finding the table and reading from it: then what is there is looked up once more. */
  async #read<T>(
    workspaceId: string,
    tableId: string,
    timeoutMs: number,
    work: (table: HostedTable) => Promise<T>,
    isRepeated = false,
  ): Promise<T> {
    const table = await this.tables.find(workspaceId, tableId);
    if (!table) throw new TableNotFound();
    try {
      return await this.unitOfWork.run(async () => {
        await this.records.readFor(timeoutMs);
        return work(table);
      });
    } catch (error) {
      if (isRepeated || !(error instanceof TableNotFound)) throw error;
      return this.#read(workspaceId, tableId, timeoutMs, work, true);
    }
  }
}
