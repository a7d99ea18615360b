import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, type Page, type PageRequest, UnitOfWork } from '#common/database';
import { EventOutbox } from '#common/events';
import { FieldsService } from './fields/fields.service.js';
import { HostedStorageRepository } from './storage/hosted-storage.repository.js';
import { TableNotFound } from './tables.errors.js';
import { tableDeleted } from './tables.events.js';
import { TablesRepository } from './tables.repository.js';
import type { HostedTable, TableChanges, TableDraft } from './tables.types.js';

/** Hosted tables: making, describing and removing them. */
@Injectable()
export class TablesService {
  constructor(
    private readonly repository: TablesRepository,
    private readonly storage: HostedStorageRepository,
    private readonly fields: FieldsService,
    private readonly abilities: Abilities,
    private readonly events: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws TableNameTaken, TableLimitReached, FieldKeyTaken, InvalidFields */
  async create(actor: Actor, { name, description = '', fields = [] }: TableDraft): Promise<HostedTable> {
    this.abilities.assertCan(actor, 'create', 'Table');
    const { workspaceId } = actor;
    const now = new Date();
    const empty: HostedTable = {
      ...{ id: newId(), workspaceId, name, description },
      ...{ recordCount: 0, fields: [], createdAt: now, updatedAt: now },
    };
    return this.unitOfWork.run(async () => {
      await this.repository.add(empty);
      await this.storage.create(empty);
      await this.fields.furnish(empty, fields);
      return this.#find(workspaceId, empty.id);
    });
  }

  /** A table with its fields. @throws TableNotFound */
  async get(actor: Actor, id: string): Promise<HostedTable> {
    this.abilities.assertCan(actor, 'read', 'Table');
    return this.#find(actor.workspaceId, id);
  }

  async list(actor: Actor, page: PageRequest): Promise<Page<HostedTable>> {
    this.abilities.assertCan(actor, 'read', 'Table');
    return this.repository.list(actor.workspaceId, page);
  }

  /** @throws TableNotFound, TableNameTaken */
  async update(actor: Actor, id: string, changes: TableChanges): Promise<HostedTable> {
    this.abilities.assertCan(actor, 'update', 'Table');
    return this.unitOfWork.run(async () => {
      await this.repository.update({ ...(await this.#lock(actor, id)), ...changes });
      return this.#find(actor.workspaceId, id);
    });
  }

  /** Removes the table with all its records. @throws TableNotFound, TableLinked, TableBusy */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'delete', 'Table');
    await this.unitOfWork.run(async () => {
      await this.storage.waitBriefly();
      const table = await this.#lock(actor, id);
      await this.repository.remove(table);
      await this.events.publish(tableDeleted, { tableId: id }, table);
    });
  }

  async #find(workspaceId: string, id: string): Promise<HostedTable> {
    const table = await this.repository.find(workspaceId, id);
    if (!table) throw new TableNotFound();
    return table;
  }

  async #lock({ workspaceId }: Actor, id: string): Promise<HostedTable> {
    const [table] = await this.repository.lock(workspaceId, [id]);
    if (!table) throw new TableNotFound();
    return table;
  }
}
