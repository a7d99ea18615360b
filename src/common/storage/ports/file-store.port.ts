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

/**
 * Keeps files by keys, of which the callers keep the rows. Nothing of a file is ever held in memory as a whole.
 *
 * A key is an id, alone or in a folder: `exports/{id}`, `sources/{workspaceId}/{id}`. All processes see the same files.
 */
export abstract class FileStore {
  /**
   * Keeps what comes out of the source: all of it, durably, or nothing. A piece is done with when the next one is asked
   * for, so that the source may fill its memory anew.
   * @throws FileTooLarge as soon as there is more than `maxBytes`; StorageFull; StorageAway; whatever the source throws.
   */
  abstract keep(key: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile>;
  /** Opened when it is begun to be read. The stream fails with FileGone when there is no such file, or with StorageAway. */
  abstract read(key: string, range?: FileRange): Readable;
  /** In bytes. @throws FileGone, StorageAway */
  abstract size(key: string): Promise<number>;
  /** No failure when there is none. @throws StorageAway */
  abstract remove(key: string): Promise<void>;
  /**
   * The keys of all files in a folder that were kept before a time, some at once. What was never kept as a whole is
   * removed on the way, once it is as old. @throws StorageAway
   */
  abstract listOlderThan(folder: string, time: Date): AsyncIterable<readonly string[]>;
  /** @throws anything when files can be neither kept nor read just now. */
  abstract assertReachable(): Promise<void>;
}
