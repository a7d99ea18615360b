import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { type OutboxEvent, Subscribes } from '#common/events';
import { JobQueue } from '#common/jobs';
import { syncLink } from '../jobs/sync-link.job.js';
import { tableRecordsChanged, tableRecordsImported, tableRecordsReplaced } from '../tables.events.js';
import { LinksRepository } from './links.repository.js';

/** Has what changes in a hosted table written to the remote one, where that is wanted. */
@Injectable()
export class LinkWatcher {
  constructor(
    private readonly links: LinksRepository,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Subscribes(tableRecordsChanged)
  async recordsChanged(
    { tableId, recordIds }: { tableId: string; recordIds: readonly string[] },
    { workspaceId }: OutboxEvent,
  ): Promise<void> {
    await this.#push(workspaceId, () => this.links.note(workspaceId, tableId, recordIds));
  }

  @Subscribes(tableRecordsImported)
  async recordsImported({ tableId }: { tableId: string }, { workspaceId }: OutboxEvent): Promise<void> {
    await this.#push(workspaceId, () => this.links.noteAll(workspaceId, tableId));
  }

  @Subscribes(tableRecordsReplaced)
  async recordsReplaced({ tableId }: { tableId: string }, { workspaceId }: OutboxEvent): Promise<void> {
    await this.#push(workspaceId, () => this.links.noteAll(workspaceId, tableId));
  }

  async #push(workspaceId: string, note: () => Promise<string | null>): Promise<void> {
    await this.unitOfWork.run(async () => {
      const linkId = await note();
      if (linkId !== null) await this.jobs.add(syncLink, { linkId }, { workspaceId });
    });
  }
}
