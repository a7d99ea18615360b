import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { DiskSpace, isStorageFull } from '#common/database';
import { StorageFull } from '#common/errors';
import { FileStore, type FileRange, type KeptFile } from '../ports/file-store.port.js';
import { FileGone, FileTooLarge } from '../storage.errors.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** So often the disk is looked at while a file comes in. */
const CHECK_EVERY_BYTES = 1_048_576;

/** Keeps files in a folder: where there are several processes, one that all of them see. */
export class FolderFileStore extends FileStore {
  constructor(private readonly folder: string) {
    super();
  }

  async keep(id: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    const path = this.#pathOf(id);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const counted = new Counting(new DiskSpace(this.folder), maxBytes);
    try {
      await piped(source, counted, createWriteStream(`${path}.part`, { mode: 0o600, flush: true }));
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw isFull(error) ? new StorageFull() : error;
    }
    return counted.result();
  }

  read(id: string, range?: FileRange): Readable {
    const shown = new PassThrough();
    if (range && range.end <= range.start) return shown.end();
    const bounds = range ? { start: range.start, end: range.end - 1 } : {};
    const file = createReadStream(this.#pathOf(id), bounds);
    file.once('error', (error) => {
      shown.destroy(Reflect.get(error, 'code') === 'ENOENT' ? new FileGone() : error);
    });
    pipeline(file, shown, () => undefined);
    return shown;
  }

  async remove(id: string): Promise<void> {
    const path = this.#pathOf(id);
    await Promise.all([path, `${path}.part`].map((one) => rm(one, { force: true })));
  }

  /** Files are named by ids, and by nothing that anybody wrote. */
  #pathOf(id: string): string {
    if (!ID.test(id)) throw new Error('Only ids name files.');
    return join(this.folder, id);
  }
}

function isFull(error: unknown): boolean {
  return isStorageFull(error) || (error instanceof Error && Reflect.get(error, 'code') === 'ENOSPC');
}

/** Lets bytes pass, up to a limit and as long as the disk has room. */
class Counting extends Transform {
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;
  #checkedAt = -CHECK_EVERY_BYTES;

  constructor(
    private readonly disk: DiskSpace,
    private readonly maxBytes: number,
  ) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _: BufferEncoding,
    done: (error: Error | null, data?: Buffer) => void,
  ): void {
    this.#bytes += chunk.length;
    try {
      if (this.#bytes > this.maxBytes) throw new FileTooLarge(this.maxBytes);
      if (this.#bytes - this.#checkedAt >= CHECK_EVERY_BYTES) this.disk.assertEnough();
    } catch (error) {
      done(error as Error);
      return;
    }
    if (this.#bytes - this.#checkedAt >= CHECK_EVERY_BYTES) this.#checkedAt = this.#bytes;
    this.#hash.update(chunk);
    done(null, chunk);
  }

  result(): KeptFile {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
