import type { Readable } from 'node:stream';
import yauzl, { type Entry, RandomAccessReader, type ZipFile } from 'yauzl';
import type { FileBytes } from '../../import.types.js';
import { FileUnreadable } from '../../imports.errors.js';

const MAX_ENTRIES = 5_000;

/** The parts of a zipped file, by their names. Nothing is unpacked before it is read. */
export class Zip {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws FileUnreadable */
  static async open(file: FileBytes): Promise<Zip> {
    try {
      const zip = await opened(file);
      return new Zip(zip, await entriesOf(zip));
    } catch (error) {
      throw error instanceof FileUnreadable ? error : new FileUnreadable('it is damaged.', error);
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The unpacked size, as the file claims; reading ends with a failure when it is not so. */
  sizeOf(name: string): number {
    return this.entries.get(name)?.uncompressedSize ?? 0;
  }

  /** The unpacked bytes of a part. @throws FileUnreadable */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new FileUnreadable(`it has no part ${name}.`);
    try {
      const stream = await new Promise<Readable>((resolve, reject) => {
        this.zip.openReadStream(entry, (error, found) => {
          if (error) reject(error);
          else resolve(found);
        });
      });
      yield* stream as AsyncIterable<Buffer>;
    } catch (error) {
      throw error instanceof FileUnreadable ? error : new FileUnreadable('it is damaged.', error);
    }
  }

  close(): void {
    this.zip.close();
  }
}

function opened(file: FileBytes): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false };
    yauzl.fromRandomAccessReader(new StoredBytes(file), file.bytes, options, (error, zip) => {
      if (error) reject(error);
      else resolve(zip);
    });
  });
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES) throw new FileUnreadable('it has too many parts.');
  const entries = new Map<string, Entry>();
  const read = Promise.withResolvers<void>();
  zip.on('entry', (entry: Entry) => {
    entries.set(entry.fileName, entry);
    zip.readEntry();
  });
  zip.once('end', read.resolve).once('error', read.reject);
  zip.readEntry();
  await read.promise;
  return entries;
}

class StoredBytes extends RandomAccessReader {
  constructor(private readonly file: FileBytes) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.file.read({ start, end });
  }
}
