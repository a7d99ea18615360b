import { createReadStream } from 'node:fs';
import { access, constants, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { DiskSpace, isStorageFull } from '#common/database';
import { StorageFull } from '#common/errors';
import { assertFileKey, assertFolder, hasFormerKeys, isFormerKey, keyOfName } from '../file-key.js';
import { MeasuredBytes } from '../measured-bytes.js';
import { FileStore, type FileRange, type KeptFile } from '../ports/file-store.port.js';
import { FileGone } from '../storage.errors.js';

/** So often the disk is looked at while a file comes in. */
const CHECK_EVERY_BYTES = 1_048_576;
const KEYS_AT_ONCE = 500;
const NO_SPACE = ['ENOSPC', 'EDQUOT'];
const UNFINISHED = '.part';
/** Where files of sources were once written before they got their names. */
const FORMER_UNFINISHED = 'incoming';

/** Keeps files in a folder: where there are several processes, one that all of them see. */
export class FolderFileStore extends FileStore {
  /** @param formerSources the folder in which files of sources once lay apart; they stay there. */
  constructor(
    private readonly folder: string,
    private readonly formerSources: string,
  ) {
    super();
  }

  override async keep(key: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    const path = this.#pathOf(key);
    const unfinished = path + UNFINISHED;
    const measured = new MeasuredBytes(maxBytes);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const bytes = whileThereIsSpace(new DiskSpace(this.folder), measured.through(source));
      await write(bytes, unfinished);
      await rename(unfinished, path);
      await keepNames(dirname(path));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw isFull(error) ? new StorageFull() : error;
    }
    return measured.result();
  }

  override read(key: string, range?: FileRange): Readable {
    const path = this.#pathOf(key);
    const shown = new PassThrough();
    if (range && range.end <= range.start) return shown.end();
    const bounds = range ? { start: range.start, end: range.end - 1 } : {};
    const file = createReadStream(path, bounds);
    file.once('error', (error) => {
      shown.destroy(codeOf(error) === 'ENOENT' ? new FileGone() : error);
    });
    pipeline(file, shown, () => undefined);
    return shown;
  }

  override async size(key: string): Promise<number> {
    try {
      return (await stat(this.#pathOf(key))).size;
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? new FileGone() : error;
    }
  }

  override async remove(key: string): Promise<void> {
    const path = this.#pathOf(key);
    await Promise.all([path, path + UNFINISHED].map((one) => rm(one, { force: true })));
  }

  override async *listOlderThan(folder: string, time: Date): AsyncIterable<readonly string[]> {
    assertFolder(folder);
    yield* inBatches(this.#keysIn(folder, time), KEYS_AT_ONCE);
    if (hasFormerKeys(folder)) yield* inBatches(this.#formerKeys(time), KEYS_AT_ONCE);
  }

  override async assertReachable(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await access(this.folder, constants.R_OK | constants.W_OK);
    new DiskSpace(this.folder).assertEnough();
  }

  async *#keysIn(folder: string, time: Date): AsyncGenerator<string> {
    for await (const path of oldFilesIn(join(this.folder, folder), time)) {
      if (path.endsWith(UNFINISHED)) await rm(path, { force: true });
      const key = keyOfName(relative(this.folder, path));
      if (key !== undefined) yield key;
    }
  }

  async *#formerKeys(time: Date): AsyncGenerator<string> {
    for await (const path of oldFilesIn(this.formerSources, time)) {
      const name = relative(this.formerSources, path);
      if (dirname(name) === FORMER_UNFINISHED) await rm(path, { force: true });
      if (isFormerKey(name)) yield name;
    }
  }

  #pathOf(key: string): string {
    assertFileKey(key);
    return join(isFormerKey(key) ? this.formerSources : this.folder, key);
  }
}

/** Lets bytes pass as long as the disk has room. */
async function* whileThereIsSpace(
  disk: DiskSpace,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let sinceCheck = CHECK_EVERY_BYTES;
  for await (const chunk of source) {
    sinceCheck += chunk.length;
    if (sinceCheck >= CHECK_EVERY_BYTES) {
      disk.assertEnough();
      sinceCheck = 0;
    }
    yield chunk;
  }
}

/** Each piece before the next is asked for, whose memory may be the same. */
async function write(source: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of source) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The names in a folder survive a crash, too. */
async function keepNames(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* oldFilesIn(folder: string, time: Date): AsyncGenerator<string> {
  for await (const entry of entriesOf(folder)) {
    const path = join(entry.parentPath, entry.name);
    const facts = entry.isFile() ? await stat(path).catch(() => undefined) : undefined;
    if (facts && facts.mtime < time) yield path;
  }
}

async function* entriesOf(
  folder: string,
): AsyncGenerator<{ parentPath: string; name: string; isFile(): boolean }> {
  try {
    yield* await opendir(folder, { recursive: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function* inBatches(keys: AsyncIterable<string>, size: number): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const key of keys) {
    batch.push(key);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function isFull(error: unknown): boolean {
  return isStorageFull(error) || NO_SPACE.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
