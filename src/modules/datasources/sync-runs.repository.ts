import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, type PageRequest, toPage, where } from '#common/database';
import type { Reason } from './datasources.types.js';
import { SyncRun } from './entities/sync-run.entity.js';
import { SyncRunPage } from './entities/sync-run-page.entity.js';

/** The history of syncs. */
@Injectable()
export class SyncRunsRepository {
  constructor(private readonly em: EntityManager) {}

  async add(run: SyncRun): Promise<void> {
    await this.em.insert(run);
  }

  addPage(page: SyncRunPage): void {
    this.em.persist(page);
  }

  getRun(id: string): Promise<SyncRun> {
    return this.em.findOneOrFail(SyncRun, { id });
  }

  /** Ends runs of the source that a dead process left open. */
  async closeAbandoned(
    datasourceId: string,
    at: Date,
    error: Reason,
    state: 'failed' | 'cancelled' = 'failed',
  ): Promise<void> {
    await this.em.nativeUpdate(
      SyncRun,
      { datasourceId, state: 'running' },
      { state, finishedAt: at, error: { code: error.code, message: error.message } },
    );
  }

  async list(datasourceId: string, { limit, cursor }: PageRequest): Promise<Page<SyncRun>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(SyncRun, where<SyncRun>({ datasourceId }, before), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  /** The pages of several runs in one query. */
  listPages(runIds: readonly string[]): Promise<SyncRunPage[]> {
    return this.em.find(SyncRunPage, { runId: { $in: [...runIds] } }, { orderBy: { id: 'asc' } });
  }
}
