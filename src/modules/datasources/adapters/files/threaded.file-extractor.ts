import { Piscina } from 'piscina';
import { workerFile } from '#common/workers';
import {
  FileCorrupt,
  FileDeclaresEntities,
  FileEncrypted,
  FileTooComplex,
  FileUnpacksTooLarge,
  FileUnsupported,
  FileWithoutText,
} from '../../file.errors.js';
import { DocumentTooLong } from '../../page.errors.js';
import { type ExtractedFile, FileExtractor, type WholeFile } from '../../ports/file-extractor.port.js';
import { MAX_TEXT_CHARS } from './document-writer.js';
import type { ExtractOutcome, Failure } from './extract-file.worker.js';
import { recogniseFile } from './recognise-file.js';

export interface FileLimits {
  /** Time for one file, from the moment it is its turn. */
  readonly timeoutMs: number;
  /** Heap of the worker; a file itself lies beside it. */
  readonly maxHeapMb: number;
  /** How long an idle worker stays, for the next file. */
  readonly idleMs: number;
}

const DEFAULT_LIMITS: FileLimits = { timeoutMs: 60_000, maxHeapMb: 1_024, idleMs: 10_000 };

/** Reads files one at a time in a worker thread. A file over a limit ends its worker, not the process. */
export class ThreadedFileExtractor extends FileExtractor {
  private readonly limits: FileLimits;
  private pool: Piscina<WholeFile, ExtractOutcome> | undefined;
  private lastTurn: Promise<unknown> = Promise.resolve();

  constructor(limits: Partial<FileLimits> = {}) {
    super();
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  override recognise(start: Uint8Array, name: string): Promise<string> {
    return recogniseFile(start, name);
  }

  override async extract(file: WholeFile): Promise<ExtractedFile> {
    const outcome = await this.inTurn(() => this.run(file));
    if ('failure' in outcome) throw errorOf(outcome.failure);
    return outcome.file;
  }

  /** After the jobs that use it have drained. */
  async onApplicationShutdown(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.destroy();
  }

  /** One file at a time, so that the time limit of a file does not run while it waits. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private async run({ body, mediaType }: WholeFile): Promise<ExtractOutcome> {
    this.pool ??= this.startPool();
    try {
      const signal = AbortSignal.timeout(this.limits.timeoutMs);
      return await this.pool.run({ body, mediaType }, { name: 'extract', signal });
    } catch (error) {
      throw new FileTooComplex(error);
    }
  }

  private startPool(): Piscina<WholeFile, ExtractOutcome> {
    return new Piscina({
      filename: workerFile(import.meta.url, './extract-file.worker.js'),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: this.limits.idleMs,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.maxHeapMb },
    });
  }
}

function errorOf({ reason, detail }: Failure): Error {
  switch (reason) {
    case 'encrypted':
      return new FileEncrypted();
    case 'without_text':
      return new FileWithoutText();
    case 'corrupt':
      return new FileCorrupt(detail);
    case 'unpacks_too_large':
      return new FileUnpacksTooLarge();
    case 'declares_entities':
      return new FileDeclaresEntities();
    case 'unsupported':
      return new FileUnsupported(detail);
    case 'too_long':
      return new DocumentTooLong(MAX_TEXT_CHARS);
  }
}
