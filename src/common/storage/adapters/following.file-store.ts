import { Readable } from 'node:stream';
import { FileStore, type FileRange, type KeptFile } from '../ports/file-store.port.js';
import { FileGone } from '../storage.errors.js';

/** Keeps files in one place, and still finds those of the place where they were kept before. */
export class FollowingFileStore extends FileStore {
  constructor(
    private readonly current: FileStore,
    private readonly former: FileStore,
  ) {
    super();
  }

  override keep(key: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    return this.current.keep(key, source, maxBytes);
  }

  override read(key: string, range?: FileRange): Readable {
    const current = this.current.read(key, range);
    return Readable.from(
      orElse(current, () => this.former.read(key, range)),
      { objectMode: false },
    );
  }

  override async size(key: string): Promise<number> {
    try {
      return await this.current.size(key);
    } catch (error) {
      if (!(error instanceof FileGone)) throw error;
      return this.former.size(key);
    }
  }

  override async remove(key: string): Promise<void> {
    await this.former.remove(key);
    await this.current.remove(key);
  }

  override async *listOlderThan(folder: string, time: Date): AsyncIterable<readonly string[]> {
    yield* this.former.listOlderThan(folder, time);
    yield* this.current.listOlderThan(folder, time);
  }

  override assertReachable(): Promise<void> {
    return this.current.assertReachable();
  }
}

/** A file that is not there is known before its first byte. */
async function* orElse(first: Readable, second: () => Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* first as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!(error instanceof FileGone)) throw error;
    yield* second() as AsyncIterable<Uint8Array>;
  }
}
