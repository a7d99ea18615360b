import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { Unreadable } from './unreadable.js';

/** Real documents stay far below both. */
const MAX_ENTRIES = 10_000;
const MAX_UNPACKED_BYTES = 268_435_456;

export interface ArchiveLimits {
  readonly maxEntries: number;
  readonly maxUnpackedBytes: number;
}

/** The parts of a packed document, unpacked one at a time and no further than they are read. */
export class Archive {
  #unpackedBytes = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: ArchiveLimits,
  ) {}

  /** @throws Unreadable for too many parts, or too large ones by what the archive itself says of them. */
  static async open(
    body: Uint8Array,
    limits: ArchiveLimits = { maxEntries: MAX_ENTRIES, maxUnpackedBytes: MAX_UNPACKED_BYTES },
  ): Promise<Archive> {
    const zip = await fromBufferPromise(Buffer.from(body.buffer, body.byteOffset, body.byteLength), {
      ...{ lazyEntries: true, autoClose: false },
      strictFileNames: false,
    });
    if (zip.entryCount > limits.maxEntries) throw new Unreadable('unpacks_too_large');
    const entries = new Map<string, Entry>();
    let declaredBytes = 0;
    for await (const entry of zip.eachEntry()) {
      declaredBytes += entry.uncompressedSize;
      if (declaredBytes > limits.maxUnpackedBytes || entries.size > limits.maxEntries)
        throw new Unreadable('unpacks_too_large');
      if (entry.isEncrypted()) throw new Unreadable('encrypted');
      entries.set(entry.fileName, entry);
    }
    return new Archive(zip, entries, limits);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** A part piece by piece; nothing where there is no such part. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) return;
    const content: Readable = await this.zip.openReadStreamPromise(entry);
    // An archive can say less of its parts than they are.
    for await (const piece of content as AsyncIterable<Buffer>) {
      this.#unpackedBytes += piece.length;
      if (this.#unpackedBytes > this.limits.maxUnpackedBytes) throw new Unreadable('unpacks_too_large');
      yield piece;
    }
  }
}
