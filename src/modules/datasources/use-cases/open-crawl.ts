import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { Clock } from '#common/time';
import { DatasourceNotFound, SyncInterrupted } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import type { Datasource } from '../entities/datasource.entity.js';
import { SyncRun } from '../entities/sync-run.entity.js';
import type { Crawl } from '../site/crawl.types.js';
import { FrontierRepository } from '../site/frontier.repository.js';
import { SiteScope } from '../site/site-scope.js';
import type { CrawlSettings, CrawlStage, CrawlState } from '../site/site.types.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';

/** Begins the run of a site, or goes on with the one that the job has begun. */
@Injectable()
export class OpenCrawl {
  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly runs: SyncRunsRepository,
    private readonly frontier: FrontierRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DatasourceNotFound */
  async execute(datasourceId: string, { job }: JobContext): Promise<Crawl> {
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      if (!datasource?.site) throw new DatasourceNotFound();
      const open = await this.runs.findOpen(datasourceId, job.id);
      const settings = { ...datasource.site, render: datasource.render };
      if (open?.crawl && areSame(open.crawl.settings, settings)) return crawlOf(datasource, open, open.crawl);
      return this.#begin(datasource, settings, job.id);
    });
  }

  async enter(crawl: Crawl, stage: CrawlStage): Promise<CrawlStage> {
    await this.unitOfWork.run(() => this.runs.enterStage(crawl, stage));
    return stage;
  }

  async #begin(datasource: Datasource, settings: CrawlSettings, jobId: string): Promise<Crawl> {
    const { workspaceId, id: datasourceId } = datasource;
    const startedAt = this.clock.now();
    await this.runs.closeAbandoned(datasourceId, startedAt, new SyncInterrupted());
    const last = await this.runs.lastCrawl(datasourceId);
    const readsAll = last === null || !areSame(last.settings, settings);
    const state: CrawlState = { stage: 'discovering', settings, readsAll, sitemaps: [] };
    const run = new SyncRun({ workspaceId, datasourceId, jobId, startedAt, crawl: state });
    await this.runs.add(run);
    datasource.startSync(startedAt);
    const crawl = crawlOf(datasource, run, state);
    const starts = settings.startUrls.map((url) => ({ url, depth: 0 }));
    await this.frontier.add(crawl, starts, settings.maxPages);
    return crawl;
  }
}

function crawlOf(datasource: Datasource, { id, documentId }: SyncRun, state: CrawlState): Crawl {
  const { workspaceId, id: datasourceId } = datasource;
  const { settings } = state;
  return { id, workspaceId, datasourceId, settings, scope: new SiteScope(settings), state, documentId };
}

/** JSON as the database gives it has its fields in another order. */
function areSame(some: CrawlSettings, others: CrawlSettings): boolean {
  const [one, other] = [some, others].map((settings) => ({ render: 'never', ...settings }));
  const fields = Object.keys(other ?? {}) as (keyof CrawlSettings)[];
  return fields.every((field) => JSON.stringify(one?.[field]) === JSON.stringify(other?.[field]));
}
