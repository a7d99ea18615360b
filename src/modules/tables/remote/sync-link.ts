import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import type { JobContext } from '#common/jobs';
import type { RemoteTables } from '../ports/remote-tables.port.js';
import { TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import { ConnectionsService } from './connections.service.js';
import { LinkFields } from './link-fields.js';
import { LinkTally } from './link-tally.js';
import { LinksRepository } from './links.repository.js';
import { PullRecords } from './pull-records.js';
import { PushRecords } from './push-records.js';
import { LinkNotFound } from './remote.errors.js';
import type { LinkReport, TableLink } from './remote.types.js';

/** Brings a hosted table and the remote one that it follows together: what changed here goes first, so that it wins. */
@Injectable()
export class SyncLink {
  constructor(
    private readonly links: LinksRepository,
    private readonly tables: TablesRepository,
    private readonly connections: ConnectionsService,
    private readonly fields: LinkFields,
    private readonly pull: PullRecords,
    private readonly push: PushRecords,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws LinkNotFound, RemoteTableGone, TableLimitReached, TableBusy, one of REMOTE_FAILURES */
  async execute(linkId: string, context: JobContext): Promise<LinkReport> {
    const link = await this.links.find(context.job.workspaceId, linkId);
    if (!link) throw new LinkNotFound();
    try {
      const report = await this.#run(link, context);
      if (link.wantedAt) await this.links.saveReport(link, report);
      else if (report.pushed + report.failed > 0) await this.links.savePushReport(link, report);
      return report;
    } catch (error) {
      if (error instanceof DomainError && !context.signal.aborted) {
        const isOver = context.isLastAttempt || !PASSING.includes(error.kind);
        await this.links.saveError(link, { code: error.code, message: error.message }, isOver);
      }
      throw error;
    }
  }

  async #run(link: TableLink, context: JobContext): Promise<LinkReport> {
    const tally = new LinkTally();
    const remote = await this.connections.open(link.workspaceId, link.connectionId, context.signal);
    const followed = link.wantedAt ? await this.#follow(link, remote, tally) : link;
    if (link.pushBack) await this.push.execute(followed, remote, tally, context);
    if (link.wantedAt) await this.pull.execute(followed, remote, tally, context);
    return tally.report();
  }

  async #follow(link: TableLink, remote: RemoteTables, tally: LinkTally): Promise<TableLink> {
    const { table, fields } = await remote.describe(link.remoteTableId);
    return this.unitOfWork.run(async () => {
      const hosted = await this.tables.find(link.workspaceId, link.tableId);
      if (!hosted) throw new TableNotFound();
      const followed = await this.fields.follow(link, hosted, fields, tally);
      await this.links.saveFields(link, table.name, followed);
      return { ...link, remoteName: table.name, fields: followed };
    });
  }
}

const PASSING: readonly string[] = ['limited', 'unavailable'];
