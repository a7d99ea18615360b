import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, type PageRequest, Sql, toPage, where } from '#common/database';
import { type PageOutcome, PAGES_IN_A_RUN, type Reason } from './datasources.types.js';
import { SyncRun } from './entities/sync-run.entity.js';
import { SyncRunPage } from './entities/sync-run-page.entity.js';
import type { ReportedPage } from './reports.types.js';
import type { RunRef } from './site/frontier.repository.js';
import type { CrawlStage, CrawlState } from './site/site.types.js';

/** The history of syncs. */
@Injectable()
export class SyncRunsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  async add(run: SyncRun): Promise<void> {
    await this.em.insert(run);
  }

  addPage(page: SyncRunPage): void {
    this.em.persist(page);
  }

  /** The run of a source that a job has begun and not ended. */
  findOpen(datasourceId: string, jobId: string): Promise<SyncRun | null> {
    return this.em.findOne(SyncRun, { datasourceId, jobId, state: 'running' }, { refresh: true });
  }

  find(datasourceId: string, id: string): Promise<SyncRun | null> {
    return this.em.findOne(SyncRun, { datasourceId, id });
  }

  /** The settings by which all pages of a site were read last. */
  async lastCrawl(datasourceId: string): Promise<CrawlState | null> {
    const where = { datasourceId, documentId: null, state: 'succeeded' as const };
    const run = await this.em.findOne(SyncRun, where, { orderBy: { id: 'desc' } });
    return run?.crawl ?? null;
  }

  /** The pages of a run of which it is known what became of them. */
  async listReported(
    runId: string,
    { limit, cursor, outcome }: PageRequest & { readonly outcome?: PageOutcome },
  ): Promise<Page<ReportedPage>> {
    const after = cursor ? { id: { $gt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(
      SyncRunPage,
      where<SyncRunPage>({ runId }, { outcome: outcome ?? { $ne: null } }, after),
      { orderBy: { id: 'asc' }, limit: limit + 1 },
    );
    return toPage(rows as ReportedPage[], limit);
  }

  /** Notes what of a crawl is done now. */
  async enterStage({ workspaceId, id }: RunRef, stage: CrawlStage): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update sync_runs set crawl = jsonb_set(crawl, '{stage}', to_jsonb(?::text)) where workspace_id = ? and id = ?`,
      [stage, workspaceId, id],
    );
  }

  /** Notes how far a crawl is. */
  async setCrawl(id: string, crawl: CrawlState): Promise<void> {
    await this.em.nativeUpdate(SyncRun, { id }, { crawl });
  }

  getRun(id: string): Promise<SyncRun> {
    return this.em.findOneOrFail(SyncRun, { id }, { refresh: true });
  }

  /** Ends runs of the source that a dead process left open. */
  async closeAbandoned(
    datasourceId: string,
    at: Date,
    error: Reason,
    state: 'failed' | 'cancelled' = 'failed',
    documentId: string | null = null,
  ): Promise<void> {
    await this.em.nativeUpdate(
      SyncRun,
      { datasourceId, documentId, state: 'running' },
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

  /** The first pages of each of several runs. */
  async listFirstPages(workspaceId: string, runIds: readonly string[]): Promise<ReportedPage[]> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select p.id from sync_runs r cross join lateral (
         select id from sync_run_pages where workspace_id = r.workspace_id and run_id = r.id and outcome is not null
         order by id limit ?) p
       where r.workspace_id = ? and r.id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [PAGES_IN_A_RUN, workspaceId, JSON.stringify(runIds)],
    );
    const pages = await this.em.find(
      SyncRunPage,
      { id: { $in: rows.map(({ id }) => id) } },
      { orderBy: { id: 'asc' } },
    );
    return pages as ReportedPage[];
  }
}
