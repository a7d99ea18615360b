import { Injectable } from '@nestjs/common';
import { JobQueue } from '#common/jobs';
import { indexTable } from '../jobs/index-table.job.js';
import type { HostedTable } from '../tables.types.js';
import { HostedStorageRepository } from './hosted-storage.repository.js';
import { sortIndexes, type WantedIndex, wordIndexes } from './indexes.js';
import { storageOf } from './names.js';

type Indexed = Pick<HostedTable, 'id' | 'fields' | 'recordCount'>;

/** Fewer records are searched as fast without an index of their words, which costs more than all others to keep. */
const INDEXED_WORDS_FROM = 2_000;

/** Gives tables the indexes that their fields ask for. */
@Injectable()
export class TableIndexing {
  constructor(
    private readonly storage: HostedStorageRepository,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Embedded, words are indexed from the first record on: an index of many, made at one go, would hold up all else.
   * @param storage where the records are, when they are not yet in their place.
   */
  wanted(table: Indexed, storage = storageOf(table.id)): WantedIndex[] {
    const sorted = sortIndexes(table, storage);
    const isWordy = this.storage.isEmbedded || table.recordCount >= INDEXED_WORDS_FROM;
    return isWordy ? [...sorted, ...wordIndexes(table, storage)] : sorted;
  }

  /** As part of the transaction that changed the fields; a large table gets them from a job. */
  async follow(table: HostedTable): Promise<void> {
    if (await this.storage.indexNow(table, this.wanted(table))) return;
    await this.#later(table);
  }

  /** As part of the transaction that added records. Now and then it is looked whether the table has grown large. */
  async grown(table: HostedTable, by: number): Promise<void> {
    const steps = (count: number): number => Math.floor(count / INDEXED_WORDS_FROM);
    if (!this.storage.isEmbedded && steps(table.recordCount + by) > steps(table.recordCount))
      await this.#later(table);
  }

  /** As part of the transaction that ends an import. */
  async loaded(table: HostedTable): Promise<void> {
    if (!this.storage.isEmbedded && table.recordCount >= INDEXED_WORDS_FROM) await this.#later(table);
  }

  async #later({ id, workspaceId }: HostedTable): Promise<void> {
    await this.jobs.add(indexTable, { tableId: id }, { workspaceId });
  }
}
