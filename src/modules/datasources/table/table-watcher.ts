import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { type OutboxEvent, Subscribes } from '#common/events';
import { JobQueue } from '#common/jobs';
import {
  tableFieldsChanged,
  tableRecordsChanged,
  tableRecordsImported,
  tableRecordsReplaced,
} from '#modules/tables';
import { syncTable } from '../jobs/sync-table.job.js';
import { RowPassagesRepository } from './row-passages.repository.js';

/** Has sources read what changes in their tables. */
@Injectable()
export class TableWatcher {
  constructor(
    private readonly rows: RowPassagesRepository,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Subscribes(tableRecordsChanged)
  async recordsChanged(
    { tableId, recordIds }: { tableId: string; recordIds: readonly string[] },
    { workspaceId }: OutboxEvent,
  ): Promise<void> {
    await this.#note(workspaceId, tableId, recordIds);
  }

  @Subscribes(tableFieldsChanged)
  async fieldsChanged({ tableId }: { tableId: string }, { workspaceId }: OutboxEvent): Promise<void> {
    await this.#note(workspaceId, tableId, null);
  }

  @Subscribes(tableRecordsImported)
  async recordsImported({ tableId }: { tableId: string }, { workspaceId }: OutboxEvent): Promise<void> {
    await this.#note(workspaceId, tableId, null);
  }

  @Subscribes(tableRecordsReplaced)
  async recordsReplaced({ tableId }: { tableId: string }, { workspaceId }: OutboxEvent): Promise<void> {
    await this.#note(workspaceId, tableId, null);
  }

  async #note(workspaceId: string, tableId: string, recordIds: readonly string[] | null): Promise<void> {
    await this.unitOfWork.run(async () => {
      const sources = await this.rows.noteForTable(workspaceId, tableId, recordIds);
      for (const datasourceId of sources) await this.jobs.add(syncTable, { datasourceId }, { workspaceId });
    });
  }
}
