import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { newId } from '#common/database';
import { FileGone, FileStore, FileTooLarge as TooLargeToKeep } from '#common/storage';
import { FileMissing, FileTooLarge } from './file.errors.js';

/** Enough to tell formats apart, office documents included. */
const START_BYTES = 65_536;
const FOLDER = 'sources';

/** A file that was kept. */
export interface StoredFile {
  /** Names it; never two files, not even of the same content. */
  readonly key: string;
  readonly bytes: number;
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
  /** Its first bytes, by which its type is recognised. */
  readonly start: Uint8Array;
}

/** A file on its way out. */
export interface OpenFile {
  /** Opened when it is begun to be read. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly bytes: number;
}

/** The files that sources are made of, in the storage of all files. */
@Injectable()
export class SourceFiles {
  constructor(private readonly store: FileStore) {}

  /**
   * Keeps a file as it comes. It is there as a whole, and survives a crash, once this has resolved; before, and when it
   * rejects, there is nothing.
   *
   * @throws FileTooLarge, StorageFull, StorageAway
   */
  async save(workspaceId: string, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredFile> {
    const key = `${FOLDER}/${workspaceId}/${newId()}`;
    const start: Uint8Array[] = [];
    try {
      const kept = await this.store.keep(key, withStart(content, start), maxBytes);
      return { key, ...kept, start: Buffer.concat(start) };
    } catch (error) {
      throw error instanceof TooLargeToKeep ? new FileTooLarge(maxBytes) : error;
    }
  }

  /** @throws FileMissing, StorageAway */
  async open(key: string): Promise<OpenFile> {
    try {
      return { bytes: await this.store.size(key), content: contentOf(this.store, key) };
    } catch (error) {
      throw missing(error);
    }
  }

  /** The whole file. @throws FileMissing, StorageAway */
  async read(key: string): Promise<Uint8Array> {
    try {
      return await buffer(this.store.read(key));
    } catch (error) {
      throw missing(error);
    }
  }

  /** It may be gone already. @throws StorageAway */
  remove(key: string): Promise<void> {
    return this.store.remove(key);
  }

  /** The keys of all files that were kept before a time, some at once. @throws StorageAway */
  listOlderThan(time: Date): AsyncIterable<readonly string[]> {
    return this.store.listOlderThan(FOLDER, time);
  }
}

async function* contentOf(store: FileStore, key: string): AsyncGenerator<Uint8Array> {
  yield* store.read(key) as AsyncIterable<Buffer>;
}

/** Lets a file pass, and remembers how it begins. */
async function* withStart(
  content: AsyncIterable<Uint8Array>,
  start: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    if (bytes < START_BYTES) start.push(Buffer.from(chunk.subarray(0, START_BYTES - bytes)));
    bytes += chunk.length;
    yield chunk;
  }
}

function missing(error: unknown): unknown {
  return error instanceof FileGone ? new FileMissing() : error;
}
