import type { DomainError } from '#common/errors';
import { Handles, type JobContext, type JobContinuation, type JobHandler } from '#common/jobs';
import { CrawlSite } from '../use-cases/crawl-site.js';
import { crawlSite } from './crawl-site.job.js';

@Handles(crawlSite)
export class CrawlSiteHandler implements JobHandler<{ datasourceId: string }> {
  constructor(private readonly crawl: CrawlSite) {}

  async run(
    { datasourceId }: { datasourceId: string },
    context: JobContext,
  ): Promise<object | JobContinuation> {
    return this.crawl.execute(datasourceId, context);
  }

  abandon({ datasourceId }: { datasourceId: string }, reason: DomainError): Promise<void> {
    return this.crawl.giveUp(datasourceId, reason);
  }
}
