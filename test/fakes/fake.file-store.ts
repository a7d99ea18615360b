import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import { FileGone, FileStore, FileTooLarge, type FileRange, type KeptFile } from '#common/storage';

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const KEY = new RegExp(`^(?:[a-z]{1,20}/)?(?:${ID}/){0,2}${ID}$`);

/** Keeps files in memory. */
export class FakeFileStore extends FileStore {
  readonly files = new Map<string, { readonly body: Buffer; keptAt: Date }>();
  /** What every call fails with, when there is something. */
  failure: Error | undefined;

  override async keep(key: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    this.#assertGood(key);
    const body = await buffer(Readable.from(upTo(source, maxBytes), { objectMode: false }));
    this.files.set(key, { body, keptAt: new Date() });
    return { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') };
  }

  override read(key: string, range?: FileRange): Readable {
    this.#assertGood(key);
    return Readable.from(this.#content(key, range), { objectMode: false });
  }

  override async size(key: string): Promise<number> {
    this.#assertGood(key);
    return Promise.resolve(this.#find(key).length);
  }

  override async remove(key: string): Promise<void> {
    this.#assertGood(key);
    await Promise.resolve(this.files.delete(key));
  }

  override async *listOlderThan(folder: string, time: Date): AsyncIterable<readonly string[]> {
    const old = [...this.files].filter(([key, { keptAt }]) => key.startsWith(`${folder}/`) && keptAt < time);
    yield await Promise.resolve(old.map(([key]) => key));
  }

  override assertReachable(): Promise<void> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve();
  }

  async *#content(key: string, range?: FileRange): AsyncGenerator<Buffer> {
    const body = await Promise.resolve(this.#find(key));
    yield range ? body.subarray(range.start, Math.max(range.start, range.end)) : body;
  }

  #find(key: string): Buffer {
    const file = this.files.get(key);
    if (!file) throw new FileGone();
    return file.body;
  }

  #assertGood(key: string): void {
    if (this.failure) throw this.failure;
    if (!KEY.test(key)) throw new Error('Only ids name files.');
  }
}

async function* upTo(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new FileTooLarge(maxBytes);
    yield Uint8Array.from(chunk);
  }
}
