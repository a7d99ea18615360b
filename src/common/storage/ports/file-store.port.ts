import type { Readable } from 'node:stream';

/** What is known of a file that was kept. */
export interface KeptFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** A piece of a file, `end` not included. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** Keeps files by ids, of which the callers keep the rows. Nothing of a file is ever held in memory as a whole. */
export abstract class FileStore {
  /**
   * Keeps what comes out of the source: all of it, or nothing.
   * @throws FileTooLarge as soon as there is more than `maxBytes`; StorageFull; whatever the source throws.
   */
  abstract keep(id: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile>;
  /** The stream fails with FileGone when there is no such file. */
  abstract read(id: string, range?: FileRange): Readable;
  /** No failure when there is none. */
  abstract remove(id: string): Promise<void>;
}
