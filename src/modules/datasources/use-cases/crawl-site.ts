import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Tenancy } from '#common/database';
import type { DomainError } from '#common/errors';
import { JobContinuation, type JobContext } from '#common/jobs';
import type { Crawl } from '../site/crawl.types.js';
import { FrontierRepository } from '../site/frontier.repository.js';
import type { CrawlStage } from '../site/site.types.js';
import { CloseCrawl, type CrawlResult } from './close-crawl.js';
import { DiscoverPages } from './discover-pages.js';
import { OpenCrawl } from './open-crawl.js';
import { type CrawlHosts, ReadRobots } from './read-robots.js';
import { StorePages } from './store-pages.js';
import { VerifyPages } from './verify-pages.js';
import { VisitPages } from './visit-pages.js';

/** After so long others get their turn. */
const TURN_MS = 10_000;
/** How many pages are read between two transactions: what a process that dies has to read again. */
const PAGES_A_WAVE = 24;
/** For less it is not worth to give the turn away. */
const SHORT_WAIT_MS = 300;
const LONGEST_WAIT_MS = 60_000;
const PROGRESS_OF_READING = 0.95;

/** One turn of a crawl. */
interface Turn {
  readonly crawl: Crawl;
  readonly hosts: CrawlHosts;
  readonly endAt: number;
}

/**
 * Brings a source up to date with its site, page by page and turn by turn. All that a turn has to know is in the
 * database: the pages that wait, the hosts that rest, and how far the run is.
 */
@Injectable()
export class CrawlSite {
  constructor(
    private readonly openCrawl: OpenCrawl,
    private readonly readRobots: ReadRobots,
    private readonly discoverPages: DiscoverPages,
    private readonly visitPages: VisitPages,
    private readonly storePages: StorePages,
    private readonly verifyPages: VerifyPages,
    private readonly closeCrawl: CloseCrawl,
    private readonly frontier: FrontierRepository,
    private readonly tenancy: Tenancy,
  ) {}

  /** @returns what became of the pages, or word that there is more to do. @throws SiteAway, DatasourceNotFound */
  async execute(datasourceId: string, job: JobContext): Promise<CrawlResult | JobContinuation> {
    const crawl = await this.openCrawl.execute(datasourceId, job);
    try {
      return await this.#go(crawl, job);
    } catch (error) {
      await this.closeCrawl.fail(crawl, job.signal.aborted ? job.signal.reason : error, job.isLastAttempt);
      throw error;
    }
  }

  /** Says that a crawl has come to nothing, for whoever could not say so. */
  giveUp(datasourceId: string, error: DomainError): Promise<void> {
    return this.closeCrawl.giveUp(datasourceId, error);
  }

  async #go(crawl: Crawl, job: JobContext): Promise<CrawlResult | JobContinuation> {
    const endAt = performance.now() + TURN_MS;
    const hosts = await this.readRobots.open(crawl, job.signal);
    const turn = { crawl, hosts, endAt };
    let { stage } = crawl.state;
    while (performance.now() < turn.endAt) {
      job.throwIfCancelled();
      if (stage === 'indexing') {
        await this.#report(turn, stage, job);
        return await this.closeCrawl.finish(crawl, job);
      }
      const next = await this.#step(turn, stage, job);
      if (next instanceof JobContinuation) return next;
      stage = next;
    }
    return new JobContinuation();
  }

  async #step(turn: Turn, stage: CrawlStage, job: JobContext): Promise<CrawlStage | JobContinuation> {
    if (stage === 'discovering') {
      await this.#report(turn, stage, job);
      const isDone = await this.discoverPages.execute(turn.crawl, turn.hosts, turn.endAt, job);
      return isDone ? this.openCrawl.enter(turn.crawl, 'reading') : new JobContinuation();
    }
    if (stage === 'closing') {
      await this.#report(turn, stage, job);
      return this.closeCrawl.drop(turn.crawl);
    }
    if (await this.#readWave(turn, stage, job)) return stage;
    const waitMs = await this.#waitMs(turn);
    if (waitMs === null) return this.verifyPages.execute(turn.crawl, stage);
    if (waitMs > SHORT_WAIT_MS) return new JobContinuation(Math.min(waitMs, LONGEST_WAIT_MS));
    await sleep(waitMs, undefined, { signal: job.signal });
    return stage;
  }

  /** @returns whether there was anything to read. In a context of its own, which keeps nothing of the pages. */
  #readWave(turn: Turn, stage: CrawlStage, job: JobContext): Promise<boolean> {
    const { crawl, hosts } = turn;
    return this.tenancy.run(crawl.workspaceId, async () => {
      const resting = hosts.restingFor(SHORT_WAIT_MS).map(({ origin }) => origin);
      const pages = await this.frontier.take(crawl, PAGES_A_WAVE, resting);
      if (pages.length === 0) return false;
      const visits = await this.visitPages.execute(crawl, pages, hosts, job.signal);
      await this.storePages.execute(crawl, visits, job);
      await this.readRobots.save(crawl, hosts);
      await this.#report(turn, stage, job);
      return true;
    });
  }

  /** In how long the first page that waits may be read; null when none waits. */
  async #waitMs({ crawl, hosts }: Turn): Promise<number | null> {
    const waits = await this.frontier.waits(crawl);
    if (waits.length === 0) return null;
    return Math.min(...waits.map(({ origin, waitMs }) => Math.max(waitMs, hosts.restMsOf(origin))));
  }

  async #report({ crawl }: Turn, stage: CrawlStage, job: JobContext): Promise<void> {
    const { done, known } = await this.frontier.progressOf(crawl);
    job.progress((PROGRESS_OF_READING * done) / Math.max(1, known), stage, { done, known, unit: 'pages' });
  }
}
