import { Injectable } from '@nestjs/common';
import { JobQueue } from '#common/jobs';
import { indexTable } from '../jobs/index-table.job.js';
import type { HostedTable } from '../tables.types.js';
import { HostedStorageRepository } from './hosted-storage.repository.js';
import { wantedIndexes } from './indexes.js';

/** Gives tables the indexes that their fields ask for. */
@Injectable()
export class TableIndexing {
  constructor(
    private readonly storage: HostedStorageRepository,
    private readonly jobs: JobQueue,
  ) {}

  /** As part of the transaction that changed the fields; a large table gets them from a job. */
  async follow(table: HostedTable): Promise<void> {
    if (await this.storage.indexNow(table, wantedIndexes(table))) return;
    await this.jobs.add(indexTable, { tableId: table.id }, { workspaceId: table.workspaceId });
  }
}
