import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { NotFound } from '#common/errors';
import { Tenancy, UnitOfWork } from '#common/database';
import type { DomainError } from '#common/errors';
import { type JobContext, JobTakenOver } from '#common/jobs';
import { Clock } from '#common/time';
import { SyncInterrupted } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import type { PageOutcome } from '../datasources.types.js';
import { DocumentsRepository } from '../documents.repository.js';
import { SyncRun } from '../entities/sync-run.entity.js';
import type { Crawl } from '../site/crawl.types.js';
import { FrontierRepository } from '../site/frontier.repository.js';
import { SiteScope } from '../site/site-scope.js';
import type { CrawlState } from '../site/site.types.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';
import { EmbedSource } from './embed-source.js';
import { ReadRobots } from './read-robots.js';
import { StorePages } from './store-pages.js';
import { reasonOf, stateOf } from './sync-ending.js';
import { VisitPages } from './visit-pages.js';

const PATIENCE_MS = 30_000;

/** Which document of which source. */
export interface DocumentRef {
  readonly datasourceId: string;
  readonly documentId: string;
}

/** Reads one page of a site anew, as a run of its own that follows no links and drops nothing else. */
@Injectable()
export class SyncSitePage {
  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly documents: DocumentsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly frontier: FrontierRepository,
    private readonly readRobots: ReadRobots,
    private readonly visitPages: VisitPages,
    private readonly storePages: StorePages,
    private readonly embedSource: EmbedSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
    private readonly clock: Clock,
  ) {}

  /** @returns what became of the page. @throws NotFound when the document is gone. */
  async execute(ref: DocumentRef, job: JobContext): Promise<{ outcome: PageOutcome | null }> {
    const crawl = await this.#begin(ref, job);
    try {
      await this.#read(crawl, job);
      return await this.#finish(crawl, job);
    } catch (error) {
      const reason: unknown = job.signal.aborted ? job.signal.reason : error;
      if (!(reason instanceof JobTakenOver))
        await this.tenancy.run(crawl.workspaceId, () => this.giveUp(ref, reason as DomainError));
      throw error;
    }
  }

  async giveUp({ datasourceId, documentId }: DocumentRef, error: DomainError): Promise<void> {
    const reason = reasonOf(error);
    await this.unitOfWork.run(() =>
      this.runs.closeAbandoned(datasourceId, this.clock.now(), reason, stateOf(reason), documentId),
    );
  }

  async #begin({ datasourceId, documentId }: DocumentRef, { job }: JobContext): Promise<Crawl> {
    const startedAt = this.clock.now();
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      const document = await this.documents.find(datasourceId, documentId);
      if (!datasource?.site || !document?.url) throw new NotFound('The document');
      await this.runs.closeAbandoned(datasourceId, startedAt, new SyncInterrupted(), 'failed', documentId);
      const { workspaceId, site, render } = datasource;
      const settings = { ...site, render };
      const state: CrawlState = { stage: 'reading', settings, readsAll: false, sitemaps: [] };
      const run = new SyncRun({
        workspaceId,
        datasourceId,
        documentId,
        jobId: job.id,
        startedAt,
        crawl: state,
      });
      await this.runs.add(run);
      const scope = new SiteScope(settings);
      const crawl = { id: run.id, workspaceId, datasourceId, documentId, settings, scope, state };
      await this.frontier.add(crawl, [{ url: document.url, depth: 0 }], 1);
      return crawl;
    });
  }

  /** As often as the page may be tried. */
  async #read(crawl: Crawl, job: JobContext): Promise<void> {
    const hosts = await this.readRobots.open(crawl, job.signal);
    for (;;) {
      job.throwIfCancelled();
      job.progress(0.1, 'reading', { done: 0, known: 1, unit: 'pages' });
      const pages = await this.frontier.take(crawl, 1, []);
      const visits = await this.visitPages.execute(crawl, pages, hosts, job.signal);
      await this.storePages.execute(crawl, visits, job);
      const [wait] = await this.frontier.waits(crawl);
      if (!wait) return;
      const waitMs = Math.max(wait.waitMs, hosts.restMsOf(wait.origin));
      await sleep(Math.min(waitMs, PATIENCE_MS), undefined, { signal: job.signal });
    }
  }

  async #finish(crawl: Crawl, job: JobContext): Promise<{ outcome: PageOutcome | null }> {
    await this.unitOfWork.run(async () => {
      await this.datasources.hold(crawl.datasourceId);
      await this.frontier.dropIfMissing(crawl);
      await this.documents.freeRepeats(crawl.workspaceId, crawl.datasourceId);
    });
    job.progress(0.9, 'indexing', { done: 1, known: 1, unit: 'pages' });
    await this.embedSource.execute(crawl, job);
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(crawl.datasourceId);
      if (!datasource) throw new NotFound('The document');
      const now = this.clock.now();
      datasource.countContent(await this.documents.count(crawl.workspaceId, crawl.datasourceId), now);
      (await this.runs.getRun(crawl.id)).finish('succeeded', now);
      const [page] = (await this.runs.listReported(crawl.id, { limit: 1 })).data;
      return { outcome: page?.outcome ?? null };
    });
  }
}
