import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, UnitOfWork } from '#common/database';
import { JobQueue, type JobRef } from '#common/jobs';
import { syncLink } from '../jobs/sync-link.job.js';
import { TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import { TablesService } from '../tables.service.js';
import { ConnectionsService } from './connections.service.js';
import { LinksRepository } from './links.repository.js';
import { LinkNotFound } from './remote.errors.js';
import type { LinkDraft, TableLink } from './remote.types.js';

const MAX_NAME = 120;

/** Hosted tables that follow those of other services: asked for, never by a timer. */
@Injectable()
export class LinksService {
  constructor(
    private readonly links: LinksRepository,
    private readonly connections: ConnectionsService,
    private readonly tables: TablesService,
    private readonly tableRows: TablesRepository,
    private readonly abilities: Abilities,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Links a table, or makes one for it, and lets a job take over what the remote one holds.
   * @throws ConnectionNotFound, TableNotFound, TableNameTaken, TableLimitReached, TableLinkedElsewhere, RemoteTableGone,
   * one of REMOTE_FAILURES
   */
  async create(actor: Actor, draft: LinkDraft, gone: AbortSignal): Promise<TableLink> {
    this.abilities.assertCan(actor, draft.tableId === undefined ? 'create' : 'update', 'Table');
    const { workspaceId } = actor;
    const { connectionId, remoteTableId, pushBack = false } = draft;
    const remote = await this.connections.open(workspaceId, connectionId, gone);
    const { table } = await remote.describe(remoteTableId);
    return this.unitOfWork.run(async () => {
      const tableId = await this.#tableFor(actor, draft, table.name, table.description);
      const link: TableLink = {
        ...{
          id: newId(),
          workspaceId,
          tableId,
          connectionId,
          remoteTableId,
          remoteName: table.name,
          pushBack,
        },
        ...{
          fields: [],
          wantedAt: null,
          jobId: null,
          jobState: null,
          report: null,
          pushReport: null,
          lastError: null,
        },
        ...{ createdAt: new Date(), syncedAt: null },
      };
      await this.links.add(link);
      await this.#start(link);
      return this.#find(actor, tableId);
    });
  }

  /** @throws LinkNotFound, TableNotFound */
  async get(actor: Actor, tableId: string): Promise<TableLink> {
    await this.tables.get(actor, tableId);
    return this.#find(actor, tableId);
  }

  /** @throws LinkNotFound, TableNotFound */
  async update(actor: Actor, tableId: string, pushBack: boolean): Promise<TableLink> {
    this.abilities.assertCan(actor, 'update', 'Table');
    const link = await this.get(actor, tableId);
    await this.links.savePushBack(link, pushBack);
    return this.#find(actor, tableId);
  }

  /** Takes over what the remote table holds now; joins a run that waits already. @throws LinkNotFound, TableNotFound */
  async sync(actor: Actor, tableId: string): Promise<TableLink> {
    this.abilities.assertCan(actor, 'update', 'Table');
    const link = await this.get(actor, tableId);
    await this.#start(link);
    return this.#find(actor, tableId);
  }

  /** The records stay here, and there. @throws LinkNotFound, TableNotFound */
  async remove(actor: Actor, tableId: string): Promise<void> {
    this.abilities.assertCan(actor, 'update', 'Table');
    await this.tables.get(actor, tableId);
    if (!(await this.links.remove(actor.workspaceId, tableId))) throw new LinkNotFound();
  }

  async #tableFor(
    actor: Actor,
    { tableId, name }: LinkDraft,
    remoteName: string,
    about: string,
  ): Promise<string> {
    if (tableId !== undefined) {
      const table = await this.tableRows.find(actor.workspaceId, tableId);
      if (!table) throw new TableNotFound();
      return table.id;
    }
    const shown = (name ?? remoteName)
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, MAX_NAME)
      .trim()
      .toWellFormed();
    const description = about.replaceAll('\0', '').slice(0, 2_000).toWellFormed();
    const made = await this.tables.create(actor, {
      name: shown === '' ? 'Linked table' : shown,
      description,
    });
    return made.id;
  }

  async #start(link: TableLink): Promise<JobRef> {
    const { id: linkId, workspaceId } = link;
    return this.unitOfWork.run(async () => {
      const job = await this.jobs.add(syncLink, { linkId }, { workspaceId });
      await this.links.want(link, job.id);
      return job;
    });
  }

  async #find({ workspaceId }: Actor, tableId: string): Promise<TableLink> {
    const link = await this.links.ofTable(workspaceId, tableId);
    if (!link) throw new LinkNotFound();
    return link;
  }
}
