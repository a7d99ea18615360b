import { Injectable } from '@nestjs/common';
import { Tenancy, UnitOfWork } from '#common/database';
import type { DomainError } from '#common/errors';
import { type JobContext, JobTakenOver } from '#common/jobs';
import { Clock } from '#common/time';
import type { IndexedChunk } from '../chunks.types.js';
import { DatasourceNotFound, SyncInterrupted } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import type { PageOutcome, Reason } from '../datasources.types.js';
import { DocumentsRepository } from '../documents.repository.js';
import { EmbeddingSpaces } from '../embedding-spaces.service.js';
import { EmbeddingsRepository } from '../embeddings.repository.js';
import type { Datasource } from '../entities/datasource.entity.js';
import { Document, type DocumentVersion } from '../entities/document.entity.js';
import { SyncRun } from '../entities/sync-run.entity.js';
import { SyncRunPage } from '../entities/sync-run-page.entity.js';
import { PageNeedsBrowser, PageNotFound } from '../page.errors.js';
import type { ExtractedPage } from '../ports/page-extractor.port.js';
import { SourceReaders } from '../readers/source-readers.js';
import { INDEX_VERSION } from '../retrieval/lexical-index.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';
import { EmbedChunks, type ModelVectors } from './embed-chunks.js';
import { contentHashOf, IndexPage } from './index-page.js';
import { reasonOf, stateOf, SYNC_CANCELLED } from './sync-ending.js';

/** Share of a sync's time that each stage takes, roughly. */
const PROGRESS = { fetching: 0.05, reading: 0.2, embedding: 0.3, storing: 0.95 } as const;

/** A page as it was found, before anything is stored. */
interface Finding {
  readonly outcome: Exclude<PageOutcome, 'failed' | 'gone'>;
  readonly status?: number;
  readonly version?: DocumentVersion;
  readonly content?: { readonly page: ExtractedPage; readonly chunks: readonly IndexedChunk[] };
  readonly vectors: readonly ModelVectors[];
}

/** What one sync works on. */
interface Sync {
  readonly datasource: Datasource;
  /** Under which address the document is kept. */
  readonly url: string | null;
  readonly document: Document | null;
  readonly run: SyncRun;
  readonly startedAt: Date;
}

/**
 * Brings a source up to date with its page, text or file, whichever its reader finds. Content is swapped in one transaction at the end: until then, and whenever
 * anything fails, the last good content answers.
 */
@Injectable()
export class SyncDatasource {
  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly documents: DocumentsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly embeddings: EmbeddingsRepository,
    private readonly spaces: EmbeddingSpaces,
    private readonly readers: SourceReaders,
    private readonly indexPage: IndexPage,
    private readonly embedChunks: EmbedChunks,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
    private readonly clock: Clock,
  ) {}

  /** @returns what became of the page, for the job's result. @throws whatever kept the page from being read. */
  async execute(
    datasourceId: string,
    job: JobContext,
  ): Promise<{ outcome: PageOutcome; chunkCount: number }> {
    const sync = await this.#begin(datasourceId, job);
    try {
      const finding = await this.#look(sync, job);
      job.progress(PROGRESS.storing, 'storing');
      return { outcome: finding.outcome, chunkCount: await this.#store(sync, finding) };
    } catch (error) {
      await this.#fail(sync, job.signal.aborted ? job.signal.reason : error);
      throw error;
    }
  }

  /** Says that a sync has come to nothing, for processes that died before they could. */
  async giveUp(datasourceId: string, error: DomainError): Promise<void> {
    const now = this.clock.now();
    const reason = reasonOf(error);
    await this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      if (!datasource) return;
      await this.runs.closeAbandoned(
        datasourceId,
        now,
        reason,
        reason.code === SYNC_CANCELLED ? 'cancelled' : 'failed',
      );
      datasource.failSync(reason, now);
    });
  }

  async #begin(datasourceId: string, job: JobContext): Promise<Sync> {
    const startedAt = this.clock.now();
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      if (!datasource) throw new DatasourceNotFound();
      await this.runs.closeAbandoned(datasourceId, startedAt, new SyncInterrupted());
      const { workspaceId, url } = datasource;
      const run = new SyncRun({ workspaceId, datasourceId, jobId: job.job.id, startedAt });
      await this.runs.add(run);
      datasource.startSync(startedAt);
      return { datasource, url, run, startedAt, document: await this.documents.findByUrl(datasourceId, url) };
    });
  }

  async #look({ datasource, document }: Sync, job: JobContext): Promise<Finding> {
    job.progress(PROGRESS.fetching, 'fetching');
    // A page that was indexed in an older way is wanted whole, although it may not have changed.
    const known =
      document?.indexVersion === INDEX_VERSION
        ? { etag: document.etag ?? undefined, lastModified: document.lastModified ?? undefined }
        : {};
    const { page, status, version } = await this.readers.of(datasource.type).read(datasource, {
      ...{ known, signal: job.signal },
      onFetched: () => {
        job.progress(PROGRESS.reading, 'reading');
      },
    });
    if (!page || document?.contentHash === contentHashOf(page))
      return { outcome: 'unchanged', status, version, vectors: [] };
    const stored = document ? await this.documents.storedChunks(datasource.workspaceId, document.id) : [];
    const chunks = await this.indexPage.execute(page, stored);
    const vectors = await this.#embed(datasource, chunks, job);
    return { outcome: document ? 'changed' : 'added', status, version, vectors, content: { page, chunks } };
  }

  async #embed(
    { workspaceId, id: datasourceId }: Datasource,
    chunks: readonly IndexedChunk[],
    job: JobContext,
  ): Promise<ModelVectors[]> {
    const fresh = chunks.filter((chunk) => !chunk.kept);
    job.progress(PROGRESS.embedding, 'embedding', { done: 0, known: fresh.length, unit: 'passages' });
    return this.embedChunks.execute({ workspaceId, datasourceId }, fresh, {
      signal: job.signal,
      onProgress: (done) => {
        const share = (PROGRESS.storing - PROGRESS.embedding) * (done / Math.max(1, fresh.length));
        job.progress(PROGRESS.embedding + share, 'embedding', {
          done,
          known: fresh.length,
          unit: 'passages',
        });
      },
    });
  }

  async #store(sync: Sync, finding: Finding): Promise<number> {
    const now = this.clock.now();
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(sync.datasource.id);
      if (!datasource) throw new DatasourceNotFound();
      const { workspaceId, id: datasourceId } = datasource;
      const document =
        (await this.documents.findByUrl(datasourceId, sync.url)) ??
        new Document({ workspaceId, datasourceId, url: sync.url, fetchedAt: now });
      if (finding.version) document.markFetched(finding.version, now);
      if (finding.content) await this.#swap(document, finding.content, finding.vectors, now);
      await this.documents.removeOthers(datasourceId, sync.url);
      datasource.finishSync(await this.documents.count(workspaceId, datasourceId), now);
      await this.#report(sync, { ...finding, documentId: document.id }, now);
      return datasource.chunkCount;
    });
  }

  async #swap(
    document: Document,
    { page, chunks }: NonNullable<Finding['content']>,
    vectors: readonly ModelVectors[],
    now: Date,
  ): Promise<void> {
    const needed = await this.spaces.completeVectors(
      document.workspaceId,
      vectors.map(({ model }) => model),
    );
    document.replace({ ...page, contentHash: contentHashOf(page), indexVersion: INDEX_VERSION }, chunks, now);
    this.documents.save(document);
    await this.documents.flush();
    await this.documents.replaceChunks(document, chunks);
    for (const { model, vectors: ofModel } of vectors) {
      if (needed.includes(model)) await this.embeddings.save(document.workspaceId, model, ofModel);
    }
  }

  async #report(
    { run: { id }, url, startedAt }: Sync,
    page: {
      outcome: PageOutcome;
      status?: number;
      version?: DocumentVersion;
      documentId?: string;
      reason?: Reason;
    },
    now: Date,
  ): Promise<void> {
    const run = await this.runs.getRun(id);
    run.count(page.outcome);
    run.bytes = page.version?.bytes ?? 0;
    run.needsBrowser = page.reason?.code === PageNeedsBrowser.code ? 1 : 0;
    run.finish(page.reason ? stateOf(page.reason) : 'succeeded', now, page.reason);
    this.runs.addPage(
      new SyncRunPage({
        workspaceId: run.workspaceId,
        runId: id,
        url,
        outcome: page.outcome,
        durationMs: now.getTime() - startedAt.getTime(),
        documentId: page.documentId,
        httpStatus: page.status,
        bytes: page.version?.bytes,
        reason: page.reason,
      }),
    );
  }

  /** Notes why the sync failed. Runs in a context of its own: the one of the sync may hold half-made rows. */
  async #fail(sync: Sync, error: unknown): Promise<void> {
    // Whoever took over tells what becomes of the source.
    if (error instanceof JobTakenOver) return;
    const now = this.clock.now();
    const reason = reasonOf(error);
    const outcome = error instanceof PageNotFound && sync.document ? 'gone' : 'failed';
    await this.tenancy.run(sync.datasource.workspaceId, () =>
      this.unitOfWork.run(async () => {
        const datasource = await this.datasources.hold(sync.datasource.id);
        if (!datasource) return;
        datasource.failSync(reason, now);
        await this.#report(sync, { outcome, reason, documentId: sync.document?.id }, now);
      }),
    );
  }
}
