import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { Clock } from '#common/time';
import type { IndexedChunk } from '../chunks.types.js';
import { DatasourceNotFound } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import { DocumentsRepository } from '../documents.repository.js';
import { EmbeddingSpaces } from '../embedding-spaces.service.js';
import { EmbeddingsRepository } from '../embeddings.repository.js';
import { Document } from '../entities/document.entity.js';
import type { ExtractedPage } from '../ports/page-extractor.port.js';
import { INDEX_VERSION } from '../retrieval/lexical-index.js';
import type { Crawl } from '../site/crawl.types.js';
import { foundPages } from '../site/found-pages.js';
import { type FoundPage, FrontierRepository, type SettledPage } from '../site/frontier.repository.js';
import { type Judgement, judgeVisit, reasonOf, settledAs } from '../site/judge-visit.js';
import { skipReason } from '../site/skip-reasons.js';
import type { Visit } from '../site/visit.types.js';
import { EmbedChunks, type ModelVectors } from './embed-chunks.js';
import { contentHashOf, IndexPage } from './index-page.js';

/** What a visit comes to, and what is to be stored of it. */
interface Outcome extends Judgement {
  readonly visit: Visit;
  readonly found: readonly FoundPage[];
  /** The content, where it is new. */
  readonly fresh?: {
    readonly page: ExtractedPage;
    readonly contentHash: string;
    chunks: readonly IndexedChunk[];
  };
}

/** Keeps what some visits have found: all of it, in one transaction, with the pages that they lead to. */
@Injectable()
export class StorePages {
  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly documents: DocumentsRepository,
    private readonly embeddings: EmbeddingsRepository,
    private readonly spaces: EmbeddingSpaces,
    private readonly frontier: FrontierRepository,
    private readonly indexPage: IndexPage,
    private readonly embedChunks: EmbedChunks,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(crawl: Crawl, visits: readonly Visit[], job: JobContext): Promise<void> {
    const outcomes: Outcome[] = [];
    for (const visit of visits) outcomes.push(await this.#prepare(crawl, visit));
    await this.#markRepeats(crawl, outcomes);
    const vectors = await this.#embed(crawl, outcomes, job);
    job.throwIfCancelled();
    await this.unitOfWork.run(async () => {
      if (!(await this.datasources.hold(crawl.datasourceId))) throw new DatasourceNotFound();
      await this.spaces.completeVectors(
        crawl.workspaceId,
        vectors.map(({ model }) => model),
      );
      const settled: SettledPage[] = [];
      const confirmed = new Set<string>();
      for (const outcome of outcomes) {
        const page = await this.#store(crawl, outcome, vectors, confirmed);
        if (isConfirmed(page)) confirmed.add(outcome.visit.page.url);
        settled.push(page);
      }
      await this.frontier.settle(crawl, settled);
      if (crawl.documentId === null)
        await this.frontier.add(
          crawl,
          outcomes.flatMap(({ found }) => found),
          crawl.settings.maxPages,
        );
    });
  }

  async #prepare(crawl: Crawl, visit: Visit): Promise<Outcome> {
    const judgement = judgeVisit(visit, crawl.scope);
    const { maxDepth } = crawl.settings;
    const links = await foundPages(judgement.links ?? [], visit.page.depth + 1, crawl.scope, maxDepth);
    const found = [...judgement.found, ...links];
    const page = judgement.content?.page;
    if (!page) return { ...judgement, visit, found };
    const contentHash = contentHashOf(page);
    if (visit.known?.contentHash === contentHash) return { ...judgement, visit, found };
    try {
      const stored = visit.known ? await this.documents.storedChunks(crawl.workspaceId, visit.known.id) : [];
      const chunks = await this.indexPage.execute(page, stored);
      return { ...judgement, visit, found, fresh: { page, contentHash, chunks } };
    } catch (error) {
      return { visit, found, settled: settledAs(visit, 'failed', reasonOf(error)) };
    }
  }

  /** Passages whose text the source has already need not be found, nor embedded, another time. */
  async #markRepeats(crawl: Crawl, outcomes: readonly Outcome[]): Promise<void> {
    const fresh = outcomes.flatMap((outcome) => outcome.fresh ?? []);
    const hashes = fresh.flatMap(({ chunks }) => chunks.filter(({ kept }) => !kept).map(textHashOf));
    const replaced = outcomes.flatMap(({ visit, fresh: content }) =>
      content && visit.known ? [visit.known.id] : [],
    );
    const { workspaceId, datasourceId } = crawl;
    const seen = await this.documents.repeatedTexts(workspaceId, datasourceId, hashes, replaced);
    for (const content of fresh) {
      content.chunks = content.chunks.map((chunk) => {
        const textHash = textHashOf(chunk);
        const isRepeat = seen.has(textHash);
        seen.add(textHash);
        return { ...chunk, textHash, isRepeat };
      });
    }
  }

  #embed(crawl: Crawl, outcomes: readonly Outcome[], job: JobContext): Promise<ModelVectors[]> {
    const chunks = outcomes
      .flatMap(({ fresh }) => fresh?.chunks ?? [])
      .filter(({ kept, isRepeat }) => !kept && !isRepeat);
    if (chunks.length === 0) return Promise.resolve([]);
    return this.embedChunks.execute(crawl, chunks, { signal: job.signal, onProgress: () => job.moves() });
  }

  async #store(
    crawl: Crawl,
    { visit, settled, content, fresh }: Outcome,
    vectors: readonly ModelVectors[],
    confirmed: ReadonlySet<string>,
  ): Promise<SettledPage> {
    if (settled) return settled;
    const now = this.clock.now();
    const { workspaceId, datasourceId } = crawl;
    const { url } = visit.page;
    const document = await this.documents.findByUrl(datasourceId, url);
    if (fresh && (await this.#isTold(crawl, fresh.contentHash, url, confirmed))) {
      if (document) await this.documents.remove(document.id);
      return { ...settledAs(visit, 'duplicate', skipReason('datasources.page_duplicate')), documentId: null };
    }
    const kept = document ?? new Document({ workspaceId, datasourceId, url, fetchedAt: now });
    if (content?.version) kept.markFetched(content.version, now);
    else kept.confirm(now);
    if (fresh) await this.#replace(kept, fresh, vectors, now);
    const outcome = fresh ? (document ? 'changed' : 'added') : 'unchanged';
    return { ...settledAs(visit, outcome, null), documentId: kept.id };
  }

  /** Whether another page, which the run has found to be there, says the same. */
  async #isTold(
    crawl: Crawl,
    contentHash: string,
    url: string,
    confirmed: ReadonlySet<string>,
  ): Promise<boolean> {
    const twins = await this.documents.listTwins(crawl.workspaceId, crawl.datasourceId, contentHash, url);
    if (twins.length === 0) return false;
    if (crawl.documentId !== null || twins.some((twin) => confirmed.has(twin))) return true;
    return (await this.frontier.confirmed(crawl, twins)).size > 0;
  }

  async #replace(
    document: Document,
    { page, contentHash, chunks }: NonNullable<Outcome['fresh']>,
    vectors: readonly ModelVectors[],
    now: Date,
  ): Promise<void> {
    document.replace({ ...page, contentHash, indexVersion: INDEX_VERSION }, chunks, now);
    this.documents.save(document);
    await this.documents.flush();
    await this.documents.replaceChunks(document, chunks);
    const own = new Set(chunks.map(({ id }) => id));
    for (const { model, vectors: all } of vectors)
      await this.embeddings.save(
        document.workspaceId,
        model,
        all.filter(({ chunkId }) => own.has(chunkId)),
      );
  }
}

function isConfirmed({ outcome }: SettledPage): boolean {
  return outcome === 'added' || outcome === 'changed' || outcome === 'unchanged';
}

function textHashOf({ text }: IndexedChunk): string {
  return createHash('sha256').update(text).digest('base64url');
}
