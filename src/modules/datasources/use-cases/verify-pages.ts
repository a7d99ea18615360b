import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { Crawl } from '../site/crawl.types.js';
import { type FoundPage, FrontierRepository } from '../site/frontier.repository.js';
import type { CrawlStage } from '../site/site.types.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';

const BATCH = 500;

/** Looks, when nothing is left to read, for pages that should be read besides: known ones that no link leads to now. */
@Injectable()
export class VerifyPages {
  constructor(
    private readonly frontier: FrontierRepository,
    private readonly runs: SyncRunsRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @returns what is to be done next. */
  async execute(crawl: Crawl, stage: CrawlStage): Promise<CrawlStage> {
    if (stage === 'reading') await this.#addUnmet(crawl);
    return this.unitOfWork.run(async () => {
      const isDone = stage === 'verifying' && (await this.frontier.distrustCanonicals(crawl)) === 0;
      const next = isDone ? 'closing' : 'verifying';
      await this.runs.enterStage(crawl, next);
      return next;
    });
  }

  async #addUnmet(crawl: Crawl): Promise<void> {
    let last = '';
    for (;;) {
      const unmet = await this.frontier.unmet(crawl, last, BATCH);
      const pages = unmet.flatMap((page) => judged(page, crawl));
      await this.unitOfWork.run(() => this.frontier.add(crawl, pages, crawl.settings.maxPages));
      if (unmet.length < BATCH) return;
      last = unmet.at(-1)?.url ?? '';
    }
  }
}

function judged({ url, depth }: FoundPage, { scope, settings }: Crawl): FoundPage[] {
  const verdict = scope.judge(url);
  if (verdict === 'foreign') return [];
  if (verdict !== 'within') return [{ url, depth, skip: verdict }];
  return [depth > settings.maxDepth ? { url, depth, skip: 'datasources.page_too_deep' } : { url, depth }];
}
