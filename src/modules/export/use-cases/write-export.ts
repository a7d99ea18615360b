import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip as gzipWithCallback } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import { newId, TableStatistics } from '#common/database';
import { type JobContext, JobTakenOver } from '#common/jobs';
import type { RowBatch } from '#common/rows';
import { FileStore } from '#common/storage';
import { EXPORT_FORMATS_BY_NAME, type ExportFormats } from '../export-formats.js';
import type { ExportSource } from '../export-source.js';
import { ExportSources } from '../export-sources.js';
import type { Export, ExportPart } from '../export.types.js';
import { ExportNotFound } from '../exports.errors.js';
import { ExportsRepository } from '../exports.repository.js';
import type { FormatEncoder } from '../ports/export-format.port.js';
import { fileKey } from '../file-key.js';

const gzip = promisify(gzipWithCallback);

/** What an export came to. */
export interface ExportReport {
  readonly rows: number;
  readonly bytes: number;
}

/** A part ends with the batch that makes it so large. */
const PART_ROWS = 50_000;
const PART_BYTES = 16 * 1_048_576;
/** A batch is so many bytes long, more or less, and at most so many rows. */
const BATCH_BYTES = 1_048_576;
const MAX_BATCH_ROWS = 2_500;
const FIRST_BATCH_ROWS = 200;
const MAX_PART_FILE_BYTES = 4 * 1_073_741_824;
/** Rows are counted before they are written so that one sees how far it is; not for ever. */
const COUNTED_ROWS = 2_000_000;

/**
 * Writes the file of an export in parts. What is done is noted with each part: whenever the work ends, by whatever,
 * another attempt goes on after the last part that was written, of which nothing is written again.
 */
@Injectable()
export class WriteExport {
  constructor(
    private readonly exports: ExportsRepository,
    private readonly sources: ExportSources,
    @Inject(EXPORT_FORMATS_BY_NAME) private readonly formats: ExportFormats,
    private readonly store: FileStore,
    private readonly statistics: TableStatistics,
  ) {}

  async execute(exportId: string, context: JobContext): Promise<ExportReport> {
    const { workspaceId } = context.job;
    const one = await this.exports.find(workspaceId, exportId);
    if (!one || one.removedAt) throw new ExportNotFound();
    if (!one.finishedAt) await this.#write(one, context);
    const { rowCount: rows, bytes } = (await this.exports.find(workspaceId, exportId)) ?? one;
    return { rows, bytes };
  }

  async #write(one: Export, context: JobContext): Promise<void> {
    const done = await this.#finishedParts(one, context);
    const source = this.sources.get(one.resource);
    const course = new Course(one, source, this.#encoder(one, done), done);
    await this.statistics.refresh();
    const counted = await source.count({ ...one, scope: one.settings.scope }, one, COUNTED_ROWS);
    const hash = await this.#hashOf(done, context);
    context.progress(0, 'writing', course.counts(counted));
    while (!course.isOver) {
      context.throwIfCancelled();
      await this.#writePart(course, hash, context, counted);
    }
    if (!(await this.exports.finish(one, hash.digest('hex')))) throw new JobTakenOver();
  }

  /** Parts that were begun and not finished are of no use. */
  async #finishedParts({ workspaceId, id }: Export, context: JobContext): Promise<ExportPart[]> {
    const parts = await this.exports.parts(workspaceId, id);
    for (const part of parts.filter(({ finishedAt }) => !finishedAt)) {
      context.throwIfCancelled();
      await this.exports.dropPart(workspaceId, part.id);
      await this.store.remove(fileKey(part.id));
    }
    return parts.filter(({ finishedAt }) => finishedAt);
  }

  #encoder({ format: name, resource, settings }: Export, done: readonly ExportPart[]): FormatEncoder {
    const format = this.formats.get(name);
    if (!format) throw new Error(`There is no format ${name}.`);
    const { columns, timezone: timeZone, bom } = settings;
    return format.open(
      { columns, timeZone, bom, title: resource },
      done.map(({ state }) => state),
    );
  }

  /** Of the parts that are written: all but of those of this attempt have to be read for it. */
  async #hashOf(done: readonly ExportPart[], context: JobContext): Promise<Hash> {
    const hash = createHash('sha256');
    for (const { id } of done) {
      context.throwIfCancelled();
      for await (const chunk of this.store.read(fileKey(id))) hash.update(chunk as Uint8Array);
    }
    return hash;
  }

  async #writePart(course: Course, hash: Hash, context: JobContext, counted: number): Promise<void> {
    const { one, ordinal } = course;
    const partId = newId();
    await this.exports.beginPart(one, partId, ordinal);
    try {
      const bytes = course.part(context, counted);
      const kept = await this.store.keep(fileKey(partId), hashed(bytes, hash), MAX_PART_FILE_BYTES);
      context.throwIfCancelled();
      const { rowCount, position, state, cutValues } = course.ended();
      const part = { id: partId, ordinal, rowCount, position, state, cutValues, kept };
      if (!(await this.exports.finishPart(one, part))) throw new JobTakenOver();
    } catch (error) {
      await this.store.remove(fileKey(partId)).catch(() => undefined);
      await this.exports.dropPart(one.workspaceId, partId).catch(() => undefined);
      throw error;
    }
  }
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** How far the writing of one export is. */
class Course {
  #ordinal: number;
  #position: string | null;
  #isOver: boolean;
  #rowCount: number;
  #part = { rowCount: 0, state: null as unknown, cutBefore: 0 };
  #batchRows = FIRST_BATCH_ROWS;
  /** Rows that are written next, also those of the next part. */
  #reading: Promise<RowBatch> | null = null;

  constructor(
    readonly one: Export,
    private readonly source: ExportSource,
    private readonly encoder: FormatEncoder,
    done: readonly ExportPart[],
  ) {
    const last = done.at(-1);
    this.#ordinal = done.length;
    this.#position = last?.position ?? null;
    this.#isOver = last !== undefined && last.position === null;
    this.#rowCount = done.reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get ordinal(): number {
    return this.#ordinal;
  }

  counts(known: number): { done: number; known: number; unit: string } {
    return {
      done: this.#rowCount,
      known: Math.max(known, this.#rowCount),
      unit: 'rows',
    };
  }

  /** What the part came to whose bytes were all taken. */
  ended(): { rowCount: number; position: string | null; state: unknown; cutValues: number } {
    const { rowCount, state, cutBefore } = this.#part;
    this.#ordinal += 1;
    return { rowCount, position: this.#position, state, cutValues: this.encoder.cutValues - cutBefore };
  }

  /** The bytes of the next part. While some rows are written, the next are read. */
  async *part(context: JobContext, counted: number): AsyncGenerator<Uint8Array> {
    const { gzip: isZipped } = this.one.settings;
    const zipped = (bytes: Uint8Array): Uint8Array | Promise<Uint8Array> =>
      isZipped && bytes.length > 0 ? gzip(bytes) : bytes;
    this.#part = { rowCount: 0, state: null, cutBefore: this.encoder.cutValues };
    let bytes = 0;
    if (this.#ordinal === 0) {
      const first = await this.encoder.begin();
      // Even a file without a row has to be one that can be unpacked.
      yield isZipped ? await gzip(first) : first;
    }
    for (let isFull = false; !isFull;) {
      const { rows, next } = await (this.#reading ?? this.#read());
      context.throwIfCancelled();
      this.#position = next;
      this.#reading = next === null ? null : this.#read();
      this.#reading?.catch(() => undefined);
      isFull = next === null || this.#part.rowCount + rows.length >= PART_ROWS || bytes >= PART_BYTES;
      if (rows.length > 0) {
        const encoded = await this.encoder.encode(rows);
        rows.free();
        bytes += encoded.length;
        this.#batchRows = rowsFor(BATCH_BYTES, encoded.length / rows.length);
        this.#part.rowCount += rows.length;
        this.#rowCount += rows.length;
        yield await zipped(encoded);
      }
      const counts = this.counts(counted);
      context.progress(counts.done / Math.max(1, counts.known), 'writing', counts);
    }
    const end = await this.encoder.endPart();
    this.#part.state = end.state;
    yield await zipped(end.bytes);
    if (this.#position !== null) return;
    yield await zipped(await this.encoder.finish());
    this.#isOver = true;
  }

  #read(): Promise<RowBatch> {
    const { one, source } = this;
    const { workspaceId, snapshot, since, settings } = one;
    return source.batch(
      { workspaceId, scope: settings.scope },
      {
        ...{ workspaceId, snapshot, since, after: this.#position, limit: this.#batchRows },
        columns: settings.columns.map(({ name }) => name),
      },
    );
  }
}

/** How many rows come to so many bytes; rows may be much longer than those before. */
function rowsFor(bytes: number, bytesPerRow: number): number {
  return Math.min(MAX_BATCH_ROWS, Math.max(10, Math.floor(bytes / Math.max(1, bytesPerRow))));
}
