import { Piscina } from 'piscina';
import { workerFile } from '#common/workers';
import {
  PageEmpty,
  PageLoginWall,
  PageNeedsBrowser,
  PageNotHtml,
  PageTooComplex,
} from '../../page.errors.js';
import {
  PageExtractor,
  type ExtractedPage,
  type FetchedPage,
  type PageSurvey,
} from '../../ports/page-extractor.port.js';
import type { ExtractOutcome, SurveyOutcome, Unreadable } from './extract.worker.js';

export interface ReadabilityLimits {
  /** Time for one page, from the moment it is its turn. */
  readonly timeoutMs: number;
  /**
   * Heap of the worker. The most that a page within the budget for markup was seen to take is 600 MB; usual ones take
   * a tenth. Do not lower it: a worker that has no heap left can abort the process.
   */
  readonly maxHeapMb: number;
  /** How long an idle worker stays, for the next page. */
  readonly idleMs: number;
  /** After so many pages a new worker begins: V8 lets the heap of a busy one grow to several times what it needs. */
  readonly pagesAWorker: number;
}

const DEFAULT_LIMITS: ReadabilityLimits = {
  timeoutMs: 20_000,
  maxHeapMb: 1_024,
  idleMs: 10_000,
  pagesAWorker: 200,
};

/**
 * Extracts pages with Mozilla's Readability, one at a time in a worker thread: a page takes anything from
 * milliseconds to seconds, and a hostile one all it can get. A page over a limit ends its worker, not the process.
 */
export class ReadabilityPageExtractor extends PageExtractor {
  private readonly limits: ReadabilityLimits;
  private pool: Piscina<FetchedPage, unknown> | undefined;
  private pagesRead = 0;
  private lastTurn: Promise<unknown> = Promise.resolve();

  constructor(limits: Partial<ReadabilityLimits> = {}) {
    super();
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  override async extract(page: FetchedPage): Promise<ExtractedPage> {
    const outcome = await this.inTurn(() => this.run<ExtractOutcome>('extract', page));
    if (outcome.state === 'extracted') return outcome.page;
    throw failureOf(outcome, page);
  }

  override async survey(page: FetchedPage): Promise<PageSurvey> {
    const outcome = await this.inTurn(() => this.run<SurveyOutcome>('survey', page));
    if (outcome.state !== 'surveyed') throw failureOf(outcome, page);
    const { survey, content } = outcome;
    return { ...survey, content: contentOf(content, page) };
  }

  /** Ends the worker thread, and with it what it works on. */
  async close(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    this.pagesRead = 0;
    await pool?.destroy();
  }

  /** After the jobs that use it have drained. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** One page at a time, so that the time limit of a page does not run while it waits. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private async run<Outcome>(name: 'extract' | 'survey', page: FetchedPage): Promise<Outcome> {
    const { body, contentType, url, isRendered } = page;
    if (this.pagesRead >= this.limits.pagesAWorker) await this.close();
    this.pool ??= this.startPool();
    this.pagesRead += 1;
    try {
      const signal = AbortSignal.timeout(this.limits.timeoutMs);
      return (await this.pool.run({ body, contentType, url, isRendered }, { name, signal })) as Outcome;
    } catch (error) {
      throw new PageTooComplex(error);
    }
  }

  private startPool(): Piscina<FetchedPage, unknown> {
    return new Piscina({
      filename: workerFile(import.meta.url, './extract.worker.js'),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: this.limits.idleMs,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.maxHeapMb },
    });
  }
}

function contentOf(outcome: ExtractOutcome, page: FetchedPage): PageSurvey['content'] {
  if (outcome.state === 'extracted') return outcome.page;
  const failure = failureOf(outcome, page);
  if (failure instanceof PageNotHtml) throw failure;
  return failure;
}

function failureOf(
  outcome: Unreadable,
  { contentType }: FetchedPage,
): PageEmpty | PageLoginWall | PageNeedsBrowser | PageNotHtml {
  switch (outcome.state) {
    case 'empty':
      return new PageEmpty();
    case 'needs_browser':
      return new PageNeedsBrowser();
    case 'login_wall':
      return new PageLoginWall();
    case 'not_html':
      return new PageNotHtml(contentType);
  }
}
