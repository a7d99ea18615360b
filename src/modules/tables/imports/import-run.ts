import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import { type JobContext, type JobContinuation, JobTakenOver } from '#common/jobs';
import { EventOutbox } from '#common/events';
import { codeOf } from '../storage/error-code.js';
import { patiently, unlessBusy } from '../storage/patience.js';
import { TableIndexing } from '../storage/table-indexing.js';
import { RecordTooLarge, TableBusy, TableLimitReached, TableNotFound } from '../tables.errors.js';
import { tableRecordsImported } from '../tables.events.js';
import { TablesRepository } from '../tables.repository.js';
import { type HostedTable, MAX_RECORDS } from '../tables.types.js';
import { ROW_READERS } from './adapters/row-readers.js';
import { BatchWriter, type Destination, type WrittenRows } from './batch-writer.js';
import { ImportFilesService } from './import-files.service.js';
import type {
  AsideTable,
  BatchOutcome,
  FileRow,
  FileRows,
  ReadSettings,
  TableImport,
} from './import.types.js';
import { ImportNotFound, ImportOutdated } from './imports.errors.js';
import { ImportsRepository } from './imports.repository.js';
import { batchesOf } from './row-batches.js';
import { type CheckedRows, RowCheck } from './row-check.js';
import { asideTable, shapeOf, TableReplacement } from './table-replacement.js';

/** What an import came to. */
export interface ImportReport {
  readonly created: number;
  readonly updated: number;
  readonly rejected: number;
}

/** Of a unique value that another record has. */
const TAKEN = '23505';
/** Of values that the database does not take: unique ones that it finds to be the same, and those beyond its types. */
const REFUSED_VALUE = /^(23505|22...|54000)$/;

/**
 * Reads a file and writes its rows, batch by batch. Each batch is one transaction, together with how far the import is:
 * whenever it ends, by whatever, another attempt goes on with the row after the last one that was written.
 */
@Injectable()
export class ImportRun {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly tables: TablesRepository,
    private readonly writer: BatchWriter,
    private readonly replacement: TableReplacement,
    private readonly indexing: TableIndexing,
    private readonly events: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * A busy table is waited for.
   * @throws FileUnreadable, FileGone, TableNotFound, TableLimitReached, ImportOutdated, RecordLinked
   */
  execute(importId: string, context: JobContext): Promise<ImportReport | JobContinuation> {
    return unlessBusy(() => this.#execute(importId, context));
  }

  async #execute(importId: string, context: JobContext): Promise<ImportReport> {
    const one = await this.#find(context.job.workspaceId, importId);
    if (one.finishedAt) return reportOf(one);
    try {
      return await this.#run(one, context);
    } catch (error) {
      // What is loaded aside is of use to another attempt only.
      if (error instanceof DomainError && !isPassing(error))
        await (one.mode === 'replace'
          ? this.replacement.discard(one)
          : this.unitOfWork.run(() => this.#index(one)));
      throw error;
    }
  }

  async #run(one: TableImport, context: JobContext): Promise<ImportReport> {
    const table = await this.tables.find(one.workspaceId, one.tableId);
    if (!table) throw new TableNotFound();
    const aside =
      one.mode === 'replace'
        ? (one.aside ?? (await patiently(context, () => this.replacement.prepare(one, table))))
        : null;
    if (aside && aside.shape !== shapeOf(table)) throw new ImportOutdated();
    const course = new Course(one, table, aside);
    await this.#write(course, context);
    const done = await this.#find(one.workspaceId, one.id);
    context.progress(1, 'finishing', { done: done.position, known: done.position, unit: 'rows' });
    if (aside) await patiently(context, () => this.replacement.swap(done, aside));
    else await this.#finish(done);
    return reportOf(done);
  }

  /** Indexes that are made at one go cost less than those that follow each batch. */
  async #finish(one: TableImport): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.imports.finish(one);
      await this.#index(one);
    });
  }

  async #index({ workspaceId, tableId }: TableImport): Promise<void> {
    const table = await this.tables.find(workspaceId, tableId);
    if (table) await this.indexing.loaded(table);
  }

  async #find(workspaceId: string, id: string): Promise<TableImport> {
    const one = await this.imports.find(workspaceId, id);
    if (!one) throw new ImportNotFound();
    return one;
  }

  /** While one batch is written, the next is read and checked. */
  async #write(course: Course, context: JobContext): Promise<void> {
    const { settings, fileId, fileBytes, position } = course.one;
    const file = this.files.bytesOf({ id: fileId, bytes: fileBytes });
    let writing = Promise.resolve();
    try {
      const pieces = ROW_READERS[settings.format].rows(file, settings);
      for await (const { rows, bytesRead } of batchesOf(unread(pieces, settings, position, context))) {
        const batch = course.checked(rows, bytesRead);
        await writing;
        context.throwIfCancelled();
        const share = bytesRead / Math.max(1, fileBytes);
        context.progress(share, 'importing', { done: course.one.position, known: null, unit: 'rows' });
        writing = this.#writeBatch(course, batch);
        writing.catch(() => undefined);
      }
    } finally {
      await writing;
    }
  }

  /**
   * Which values are taken is asked once the database has refused one. A batch that it does not take all the same is
   * halved until it is known which row it is.
   */
  async #writeBatch(course: Course, batch: Batch): Promise<void> {
    try {
      await this.#commit(course, batch);
    } catch (error) {
      if (course.trusts && codeOf(error) === TAKEN) {
        course.trusts = false;
        return this.#writeBatch(course, batch);
      }
      if (!REFUSED_VALUE.test(codeOf(error) ?? '') && !(error instanceof RecordTooLarge)) throw error;
      const { rows, bytesRead } = batch;
      const half = Math.ceil(rows.length / 2);
      const parts = rows.length === 1 ? [rows.map(refused)] : [rows.slice(0, half), rows.slice(half)];
      for (const part of parts) await this.#writeBatch(course, course.checked(part, bytesRead));
    }
  }

  async #commit(course: Course, batch: Batch): Promise<void> {
    const outcome = await this.unitOfWork.run(async () => {
      const [table] = await this.tables.lock(course.one.workspaceId, [course.one.tableId]);
      if (!table) throw new TableNotFound();
      course.follow(table);
      const current = course.isOf(batch) ? batch : course.checked(batch.rows, batch.bytesRead);
      const written = await this.writer.write(course.destination, current.checked.fitting, course);
      const result = course.outcomeOf(current, written);
      // Somebody else goes on with the import: this process was thought to be dead.
      if (!(await this.imports.advance(course.one, result))) throw new JobTakenOver();
      if (course.destination.isAnnounced && result.created + result.updated > 0)
        await this.events.publish(
          tableRecordsImported,
          { tableId: table.id, importId: course.one.id },
          table,
        );
      return result;
    });
    course.advance(outcome, batch.rows.length);
  }
}

/** Rows on their way, and what was found when they were checked. */
interface Batch {
  readonly rows: readonly FileRow[];
  readonly bytesRead: number;
  readonly checked: CheckedRows;
  /** What the fields were like. */
  readonly shape: string;
}

/** An import under way: where it is, and by which fields it checks. */
class Course {
  one: TableImport;
  destination: Destination;
  /** Whether no unique value was taken so far. */
  trusts = true;
  #check: RowCheck;
  #shape: string;
  readonly #begunAt = performance.now();
  readonly #bytesBefore: number;
  #rows = 0;

  constructor(
    one: TableImport,
    table: HostedTable,
    private readonly aside: AsideTable | null,
  ) {
    this.one = one;
    this.#bytesBefore = one.bytesRead;
    this.#shape = shapeOf(table);
    this.#check = this.#checkOf(table);
    this.destination = this.#destinationOf();
  }

  checked(rows: readonly FileRow[], bytesRead: number): Batch {
    return { rows, bytesRead, checked: this.#check.rows(rows), shape: this.#shape };
  }

  /** Whether a batch was checked by the fields as they are. */
  isOf({ shape }: Batch): boolean {
    return shape === this.#shape;
  }

  /** Fields may change meanwhile. @throws ImportOutdated */
  follow(table: HostedTable): void {
    const shape = shapeOf(table);
    if (shape === this.#shape) return;
    if (this.aside) throw new ImportOutdated();
    this.#shape = shape;
    this.#check = this.#checkOf(table);
    this.destination = this.#destinationOf();
  }

  /** @throws TableLimitReached by what is loaded aside, which nothing else counts. */
  outcomeOf(
    { rows, bytesRead, checked }: Batch,
    { created, updated, rejections }: WrittenRows,
  ): BatchOutcome {
    if (this.aside && this.one.created + created > MAX_RECORDS) throw new TableLimitReached('records');
    const seconds = Math.max(0.001, (performance.now() - this.#begunAt) / 1_000);
    const named = rejections.map((one) => ({ ...one, column: one.column && this.#check.nameOf(one.column) }));
    return {
      position: rows.at(-1)?.number ?? this.one.position,
      ...{ bytesRead, created, updated, rejected: checked.rejected + rejections.length },
      rejections: [...checked.rejections, ...named].sort((one, other) => one.rowNumber - other.rowNumber),
      rowsPerSecond: (this.#rows + rows.length) / seconds,
      bytesPerSecond: Math.max(0, bytesRead - this.#bytesBefore) / seconds,
    };
  }

  advance({ position, bytesRead, created }: BatchOutcome, rows: number): void {
    this.one = { ...this.one, position, bytesRead, created: this.one.created + created };
    this.#rows += rows;
  }

  #checkOf(table: HostedTable): RowCheck {
    const target = this.aside ? asideTable(this.one, table, this.aside) : table;
    return new RowCheck(target, this.one.mapping, this.one.settings);
  }

  #destinationOf(): Destination {
    const { table } = this.#check;
    const ids = new Set(this.one.mapping.map(({ fieldId }) => fieldId));
    const { key: wanted } = this.one;
    const key = wanted === null ? null : table.fields.find((field) => field.key === wanted && field.unique);
    if (key === undefined) throw new ImportOutdated();
    return {
      table,
      named: table.fields.filter(({ id }) => ids.has(id)),
      filled: this.#check.filled,
      key,
      isAnnounced: this.aside === null,
    };
  }
}

/** What is not yet dealt with, without the names of the columns. */
async function* unread(
  pieces: AsyncIterable<FileRows>,
  { hasHeader }: ReadSettings,
  position: number,
  context: JobContext,
): AsyncGenerator<FileRows> {
  let isHeader = hasHeader;
  for await (const { rows, bytesRead } of pieces) {
    context.throwIfCancelled();
    const values = isHeader ? rows.slice(1) : rows;
    isHeader &&= rows.length === 0;
    yield { rows: values.filter(({ number }) => number > position), bytesRead };
  }
}

function refused({ number }: FileRow): FileRow {
  return { number, cells: [], problem: 'is not taken by the database' };
}

function isPassing(error: DomainError): boolean {
  return (
    error instanceof JobTakenOver ||
    error instanceof TableBusy ||
    error.kind === 'limited' ||
    error.kind === 'unavailable'
  );
}

function reportOf({ created, updated, rejected }: TableImport): ImportReport {
  return { created, updated, rejected };
}
