import type { Readable } from 'node:stream';
import { assertFileKey, assertFolder, keyOfName, nameOfKey } from '../../file-key.js';
import { FileStore, type FileRange, type KeptFile } from '../../ports/file-store.port.js';
import type { S3Bucket } from './s3-bucket.js';

/** Keeps files in an S3-compatible bucket. */
export class S3FileStore extends FileStore {
  constructor(private readonly bucket: S3Bucket) {
    super();
  }

  override async keep(key: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    return this.bucket.put(checkedName(key), source, maxBytes);
  }

  override read(key: string, range?: FileRange): Readable {
    return this.bucket.get(checkedName(key), range);
  }

  override async size(key: string): Promise<number> {
    return this.bucket.size(checkedName(key));
  }

  override async remove(key: string): Promise<void> {
    await this.bucket.delete(checkedName(key));
  }

  override async *listOlderThan(folder: string, time: Date): AsyncIterable<readonly string[]> {
    assertFolder(folder);
    await this.bucket.forgetUnfinished(`${folder}/`, time);
    for await (const objects of this.bucket.list(`${folder}/`)) {
      const old = objects.filter(({ modifiedAt }) => modifiedAt < time);
      yield old.flatMap(({ name }) => keyOfName(name) ?? []);
    }
  }

  override assertReachable(): Promise<void> {
    return this.bucket.assertReachable();
  }
}

function checkedName(key: string): string {
  assertFileKey(key);
  return nameOfKey(key);
}
