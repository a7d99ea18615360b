import { Injectable } from '@nestjs/common';
import { Tenancy, UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import { JobCancelled, type JobContext, JobTakenOver, ProcessStopping } from '#common/jobs';
import { Clock } from '#common/time';
import { DatasourceNotFound, SiteAway } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import { DocumentsRepository } from '../documents.repository.js';
import type { Crawl } from '../site/crawl.types.js';
import { FrontierRepository } from '../site/frontier.repository.js';
import type { CrawlStage } from '../site/site.types.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';
import { EmbedSource } from './embed-source.js';
import { reasonOf, stateOf } from './sync-ending.js';

const BATCH = 500;
/** Pages of older runs are forgotten. */
const RUNS_WITH_PAGES = 10;

/** What a crawl has come to, for the job's result. */
export interface CrawlResult {
  readonly added: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly gone: number;
  readonly failed: number;
  readonly skipped: number;
  readonly duplicate: number;
}

/** Ends the run of a site: drops what is gone, and says how it went. */
@Injectable()
export class CloseCrawl {
  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly documents: DocumentsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly frontier: FrontierRepository,
    private readonly embedSource: EmbedSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
    private readonly clock: Clock,
  ) {}

  /** Drops what is gone and folds what is there twice. @throws SiteAway when not one page was read: nothing is dropped. */
  async drop(crawl: Crawl): Promise<CrawlStage> {
    if ((await this.frontier.countConfirmed(crawl)) === 0)
      throw new SiteAway(await this.frontier.firstFailure(crawl));
    const leftOut = await this.#leftOut(crawl);
    return this.unitOfWork.run(async (): Promise<CrawlStage> => {
      if (!(await this.datasources.hold(crawl.datasourceId))) throw new DatasourceNotFound();
      await this.frontier.foldDuplicates(crawl);
      await this.frontier.dropMissing(crawl, leftOut);
      await this.frontier.countAgain(crawl);
      await this.documents.freeRepeats(crawl.workspaceId, crawl.datasourceId);
      await this.runs.enterStage(crawl, 'indexing');
      return 'indexing';
    });
  }

  /** Gives vectors to passages that are found only now, and ends the run. */
  async finish(crawl: Crawl, job: JobContext): Promise<CrawlResult> {
    await this.embedSource.execute(crawl, job);
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(crawl.datasourceId);
      if (!datasource) throw new DatasourceNotFound();
      await this.frontier.forgetOldPages(crawl, RUNS_WITH_PAGES);
      const now = this.clock.now();
      datasource.finishSync(await this.documents.count(crawl.workspaceId, crawl.datasourceId), now);
      const run = await this.runs.getRun(crawl.id);
      run.finish('succeeded', now);
      const { added, unchanged, changed, gone, failed, skipped, duplicate } = run;
      return { added, unchanged, changed, gone, failed, skipped, duplicate };
    });
  }

  /** Notes why the crawl failed, unless it goes on where it is. */
  async fail(crawl: Crawl, error: unknown, isLastAttempt: boolean): Promise<void> {
    if (error instanceof JobTakenOver || error instanceof ProcessStopping) return;
    if (!isLastAttempt && !(error instanceof JobCancelled) && mayPass(error)) return;
    await this.tenancy.run(crawl.workspaceId, () => this.#end(crawl.datasourceId, error));
  }

  async giveUp(datasourceId: string, error: DomainError): Promise<void> {
    await this.#end(datasourceId, error);
  }

  async #end(datasourceId: string, error: unknown): Promise<void> {
    const now = this.clock.now();
    const reason = reasonOf(error);
    await this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      if (!datasource) return;
      await this.runs.closeAbandoned(datasourceId, now, reason, stateOf(reason));
      // What was read until then has been kept.
      datasource.countContent(await this.documents.count(datasource.workspaceId, datasourceId), now);
      datasource.failSync(reason, now);
    });
  }

  /** Documents that the settings leave out now, by their addresses. */
  async #leftOut(crawl: Crawl): Promise<string[]> {
    const leftOut: string[] = [];
    let last = '';
    for (;;) {
      const urls = await this.frontier.listDocumentUrls(crawl, last, BATCH);
      leftOut.push(...urls.filter((url) => crawl.scope.judge(url) !== 'within'));
      if (urls.length < BATCH) return leftOut;
      last = urls.at(-1) ?? '';
    }
  }
}

/** As for jobs: what is not known may pass. */
function mayPass(error: unknown): boolean {
  return !(error instanceof DomainError) || error.kind === 'unavailable' || error.kind === 'limited';
}
