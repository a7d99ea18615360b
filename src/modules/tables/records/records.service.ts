import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import type { Page } from '#common/database';
import { RecordNotFound, TableNotFound } from '../tables.errors.js';
import type { RecordValues, TableRecord, UpsertedRecord } from '../tables.types.js';
import type { Aggregation, RecordsQuestion } from './aggregate.types.js';
import type { RecordsPage } from './page-query.js';
import { RecordReader } from './record-reader.js';
import { RecordWriter } from './record-writer.js';

/** The records of hosted tables. */
@Injectable()
export class RecordsService {
  constructor(
    private readonly reader: RecordReader,
    private readonly writer: RecordWriter,
    private readonly abilities: Abilities,
  ) {}

  /** @throws TableNotFound, QueryTooSlow, InvalidFields */
  async list(actor: Actor, tableId: string, page: RecordsPage): Promise<Page<TableRecord>> {
    this.#assertReaches(actor, 'read', tableId);
    return this.reader.page(actor.workspaceId, tableId, page);
  }

  /** @throws TableNotFound, RecordNotFound */
  async get(actor: Actor, tableId: string, id: string): Promise<TableRecord> {
    const [record] = await this.getByIds(actor, tableId, [id]);
    if (!record) throw new RecordNotFound();
    return record;
  }

  /** Those of the records that there are, in no order. @throws TableNotFound */
  async getByIds(actor: Actor, tableId: string, ids: readonly string[]): Promise<readonly TableRecord[]> {
    this.#assertReaches(actor, 'read', tableId);
    return this.reader.byIds(actor.workspaceId, tableId, ids);
  }

  /**
   * Answers a question about many records; it cannot write.
   * @throws TableNotFound, QueryTooSlow, InvalidFields
   */
  async query(actor: Actor, tableId: string, question: RecordsQuestion): Promise<Aggregation> {
    this.#assertReaches(actor, 'read', tableId);
    return this.reader.query(actor.workspaceId, tableId, question);
  }

  /** All of the records or none. @throws TableNotFound, ValueTaken, TableLimitReached, InvalidFields */
  async create(actor: Actor, tableId: string, records: readonly RecordValues[]): Promise<TableRecord[]> {
    this.#assertReaches(actor, 'create', tableId);
    return this.writer.insert(actor.workspaceId, tableId, records);
  }

  /** @throws TableNotFound, RecordNotFound, ValueTaken, InvalidFields */
  async update(actor: Actor, tableId: string, id: string, values: RecordValues): Promise<TableRecord> {
    this.#assertReaches(actor, 'update', tableId);
    return this.writer.update(actor.workspaceId, tableId, id, values);
  }

  /** Makes or changes records by the value of a unique field. @throws TableNotFound, ValueTaken, TableLimitReached, InvalidFields */
  async upsert(
    actor: Actor,
    tableId: string,
    key: string,
    records: readonly RecordValues[],
  ): Promise<UpsertedRecord[]> {
    this.#assertReaches(actor, 'create', tableId);
    this.#assertReaches(actor, 'update', tableId);
    return this.writer.upsert(actor.workspaceId, tableId, key, records);
  }

  /** @throws TableNotFound, RecordNotFound, RecordLinked */
  async remove(actor: Actor, tableId: string, id: string): Promise<void> {
    this.#assertReaches(actor, 'delete', tableId);
    await this.get(actor, tableId, id);
    await this.writer.remove(actor.workspaceId, tableId, [id]);
  }

  /** All of the records or none. @throws TableNotFound, RecordLinked, InvalidFields when one is not there */
  async removeAll(actor: Actor, tableId: string, ids: readonly string[]): Promise<void> {
    this.#assertReaches(actor, 'delete', tableId);
    await this.writer.remove(actor.workspaceId, tableId, ids);
  }

  /** A key may be for the records of one table: others are not there for it. @throws Forbidden, TableNotFound */
  #assertReaches(actor: Actor, action: 'create' | 'read' | 'update' | 'delete', tableId: string): void {
    const { workspaceId } = actor;
    if (!this.abilities.reaches(actor, action, 'Record', { workspaceId, tableId })) throw new TableNotFound();
  }
}
