import { Injectable } from '@nestjs/common';
import { HostedStorageRepository } from '../storage/hosted-storage.repository.js';
import { TableIndexing } from '../storage/table-indexing.js';
import { TablesRepository } from '../tables.repository.js';

/** Makes the indexes of a large table without holding anybody up. */
@Injectable()
export class IndexTable {
  constructor(
    private readonly tables: TablesRepository,
    private readonly storage: HostedStorageRepository,
    private readonly indexing: TableIndexing,
  ) {}

  /** A table that went meanwhile needs none. */
  async execute(workspaceId: string, tableId: string): Promise<void> {
    const table = await this.tables.find(workspaceId, tableId);
    if (table) await this.storage.indexConcurrently(table.id, this.indexing.wanted(table));
  }
}
