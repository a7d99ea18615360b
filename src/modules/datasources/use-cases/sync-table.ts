import { Injectable } from '@nestjs/common';
import { Tenancy, UnitOfWork } from '#common/database';
import type { DomainError } from '#common/errors';
import { JobCancelled, JobContinuation, type JobContext, JobTakenOver, ProcessStopping } from '#common/jobs';
import { Clock } from '#common/time';
import { RecordReader, type TableRecord } from '#modules/tables';
import { DatasourceNotFound, SyncInterrupted } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import { DocumentsRepository } from '../documents.repository.js';
import { EmbeddingSpaces } from '../embedding-spaces.service.js';
import { EmbeddingsRepository } from '../embeddings.repository.js';
import type { Datasource } from '../entities/datasource.entity.js';
import { Document } from '../entities/document.entity.js';
import { SyncRun } from '../entities/sync-run.entity.js';
import { INDEX_VERSION } from '../retrieval/lexical-index.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';
import { type RowPlace, RowPassagesRepository, type StoredRow } from '../table/row-passages.repository.js';
import { MAX_ROW_PASSAGES, type TableReading, type TableView } from '../table/table.types.js';
import { EmbedChunks } from './embed-chunks.js';
import { IndexRows, type RowChanges, type RowPrint } from './index-rows.js';
import { reasonOf, stateOf } from './sync-ending.js';

/** After so long others get their turn. */
const TURN_MS = 10_000;
/** Records between two transactions. */
const BATCH = 200;

/** What a sync has come to, for the job's result. */
export interface TableSyncResult {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly gone: number;
}

/** A source and its table, as they are at the beginning of a step. */
interface TableSource extends RowPlace {
  readonly tableId: string;
  readonly view: TableView;
  readonly title: string;
  readonly reading: TableReading | null;
}

/** What a job does before others get their turn. */
interface Turn {
  readonly begunAt: number;
  /** Records that had changed, of which it has been read what became. */
  followed: number;
  readonly job: JobContext;
  readonly result: { added: number; changed: number; unchanged: number; gone: number };
}

/**
 * Brings the passages of a table source up to date, record by record: those that have changed since, or all of them in
 * the order of their ids. What is still to be read is in the database, so that a process that dies loses at most one
 * batch. A record that changes while it is read is noted again and read once more.
 */
@Injectable()
export class SyncTable {
  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly documents: DocumentsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly rows: RowPassagesRepository,
    private readonly embeddings: EmbeddingsRepository,
    private readonly spaces: EmbeddingSpaces,
    private readonly reader: RecordReader,
    private readonly indexRows: IndexRows,
    private readonly embedChunks: EmbedChunks,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
    private readonly clock: Clock,
  ) {}

  /** @returns what became of the records, or word that there is more to do. @throws DatasourceNotFound, TableNotFound */
  async execute(datasourceId: string, job: JobContext): Promise<TableSyncResult | JobContinuation> {
    const result = { added: 0, changed: 0, unchanged: 0, gone: 0 };
    const turn: Turn = { begunAt: performance.now(), followed: 0, job, result };
    try {
      for (;;) {
        job.throwIfCancelled();
        const isDone = await this.tenancy.run(job.job.workspaceId, () => this.#step(datasourceId, turn));
        if (isDone) return result;
        if (performance.now() > turn.begunAt + TURN_MS) return new JobContinuation();
      }
    } catch (error) {
      await this.#fail(datasourceId, job, job.signal.aborted ? job.signal.reason : error);
      throw error;
    }
  }

  /** Says that a sync has come to nothing, for whoever could not say so. */
  async giveUp(datasourceId: string, error: DomainError): Promise<void> {
    await this.#end(datasourceId, error);
  }

  /** @returns whether nothing is left to be done. */
  async #step(datasourceId: string, turn: Turn): Promise<boolean> {
    const source = await this.#open(datasourceId, turn.job);
    return source.reading ? this.#readOn(turn, source, source.reading) : this.#follow(turn, source);
  }

  /** The source with the document that stands for its table. */
  async #open(datasourceId: string, job: JobContext): Promise<TableSource> {
    return this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      if (!datasource?.tableId || !datasource.tableView) throw new DatasourceNotFound();
      const { workspaceId, tableId, tableView: view, name: title } = datasource;
      const documentId = await this.#documentOf(datasource);
      const place = { workspaceId, datasourceId, documentId };
      const [change] = await this.rows.changes(workspaceId, datasourceId, 1);
      const wantsAll = change?.recordId === null && !datasource.tableReading;
      if (wantsAll) await this.#beginReading(datasource, job);
      return { ...place, tableId, view, title, reading: datasource.tableReading };
    });
  }

  async #documentOf({ workspaceId, id: datasourceId, name }: Datasource): Promise<string> {
    const now = this.clock.now();
    const document =
      (await this.documents.findByUrl(datasourceId, null)) ??
      new Document({ workspaceId, datasourceId, url: null, fetchedAt: now });
    if (document.title !== name) {
      document.replace({ title: name, markdown: '', contentHash: '', indexVersion: INDEX_VERSION }, [], now);
      this.documents.save(document);
      await this.documents.flush();
    }
    return document.id;
  }

  /** Whoever reads everything from here on meets all that has changed before. */
  async #beginReading(datasource: Datasource, { job }: JobContext): Promise<void> {
    const { workspaceId, id: datasourceId } = datasource;
    const startedAt = this.clock.now();
    await this.runs.closeAbandoned(datasourceId, startedAt, new SyncInterrupted());
    const run = new SyncRun({ workspaceId, datasourceId, jobId: job.id, startedAt });
    await this.runs.add(run);
    await this.rows.forgetAll(workspaceId, datasourceId);
    datasource.startSync(startedAt);
    datasource.tableReading = { runId: run.id, after: null, cursor: null, read: 0 };
  }

  /** One batch of all records. @returns whether nothing is left to be done. */
  async #readOn(turn: Turn, source: TableSource, reading: TableReading): Promise<boolean> {
    const { table, records, cursor } = await this.#recordsAfter(source, reading);
    const isLast = cursor === null || reading.read + records.length >= MAX_ROW_PASSAGES;
    const last = records.at(-1)?.id ?? reading.after;
    const stored = await this.rows.between(source, reading.after, isLast ? null : last);
    const changes = await this.#index(source, table, records, stored);
    const read = reading.read + records.length;
    await this.#store(turn, source, changes, async (datasource) => {
      const run = await this.runs.getRun(reading.runId);
      run.countAll(tally(changes));
      datasource.tableReading = isLast ? null : { ...reading, after: last, cursor, read };
      if (isLast) run.finish('succeeded', this.clock.now());
      if (isLast) await this.#finish(datasource, source);
    });
    turn.job.progress(Math.min(0.99, read / Math.max(1, table.recordCount)), 'reading', {
      done: read,
      known: Math.max(read, table.recordCount),
      unit: 'records',
    });
    return false;
  }

  /** One batch of records that have changed. @returns whether none has. */
  async #follow(turn: Turn, source: TableSource): Promise<boolean> {
    const { workspaceId, datasourceId } = source;
    const waiting = await this.rows.changes(workspaceId, datasourceId, BATCH);
    const end = waiting.findIndex(({ recordId }) => recordId === null);
    const taken = end < 0 ? waiting : waiting.slice(0, end);
    if (taken.length === 0) return waiting.length === 0;
    const ids = [...new Set(taken.flatMap(({ recordId }) => recordId ?? []))];
    const [table, records, stored] = [
      await this.reader.table(workspaceId, source.tableId),
      await this.reader.byIds(workspaceId, source.tableId, ids),
      await this.rows.byRecords(source, ids),
    ];
    const changes = await this.#index(source, table, records, stored);
    await this.#store(turn, source, changes, async (datasource) => {
      await this.rows.forget(
        workspaceId,
        datasourceId,
        taken.map(({ id }) => id),
      );
      await this.#finish(datasource, source);
    });
    turn.followed += ids.length;
    turn.job.progress(0.5, 'following', { done: turn.followed, known: null, unit: 'records' });
    return false;
  }

  async #recordsAfter({ workspaceId, tableId }: TableSource, { cursor }: TableReading) {
    const table = await this.reader.table(workspaceId, tableId);
    const page = { sort: ['id'], limit: BATCH, ...(cursor === null ? {} : { cursor }) };
    const { data: records, nextCursor } = await this.reader.page(workspaceId, tableId, page);
    return { table, records, cursor: nextCursor };
  }

  #index(
    { title, view }: TableSource,
    { fields }: Pick<RowPrint, 'fields'>,
    records: readonly TableRecord[],
    stored: readonly StoredRow[],
  ): Promise<RowChanges> {
    return this.indexRows.execute({ title, view, fields }, records, stored);
  }

  async #store(
    { job, result }: Turn,
    source: TableSource,
    changes: RowChanges,
    conclude: (datasource: Datasource) => Promise<void>,
  ): Promise<void> {
    const vectors = await this.embedChunks.execute(source, changes.put, {
      signal: job.signal,
      onProgress: () => job.moves(),
    });
    job.throwIfCancelled();
    await this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(source.datasourceId);
      if (!datasource) throw new DatasourceNotFound();
      await this.spaces.completeVectors(
        source.workspaceId,
        vectors.map(({ model }) => model),
      );
      await this.rows.remove(source, changes.removed);
      await this.rows.put(source, changes.put);
      for (const { model, vectors: ofModel } of vectors)
        await this.embeddings.save(source.workspaceId, model, ofModel);
      await conclude(datasource);
    });
    const { added, changed, unchanged, gone } = tally(changes);
    result.added += added;
    result.changed += changed;
    result.unchanged += unchanged;
    result.gone += gone;
  }

  async #finish(datasource: Datasource, source: TableSource): Promise<void> {
    await this.rows.countAgain(source);
    const counts = await this.documents.count(source.workspaceId, source.datasourceId);
    datasource.finishSync(counts, this.clock.now());
  }

  async #fail(datasourceId: string, { job, isLastAttempt }: JobContext, error: unknown): Promise<void> {
    if (error instanceof JobTakenOver || error instanceof ProcessStopping) return;
    if (!isLastAttempt && !(error instanceof JobCancelled)) return;
    await this.tenancy.run(job.workspaceId, () => this.#end(datasourceId, error));
  }

  /** Whatever comes next begins with all records. */
  async #end(datasourceId: string, error: unknown): Promise<void> {
    const now = this.clock.now();
    const reason = reasonOf(error);
    await this.unitOfWork.run(async () => {
      const datasource = await this.datasources.hold(datasourceId);
      if (!datasource) return;
      await this.runs.closeAbandoned(datasourceId, now, reason, stateOf(reason));
      if (datasource.tableReading) await this.rows.noteAll(datasource.workspaceId, datasourceId);
      datasource.tableReading = null;
      datasource.countContent(await this.documents.count(datasource.workspaceId, datasourceId), now);
      datasource.failSync(reason, now);
    });
  }
}

function tally({ put, removed, added, unchanged }: RowChanges): TableSyncResult {
  return { added, changed: put.length - added, unchanged, gone: removed.length };
}
