import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '#common/database';
import { StorageFull } from '#common/errors';
import { FileMissing, FileTooLarge } from '../../file.errors.js';
import { FileStorage, type OpenFile, type StoredFile } from '../../ports/file-storage.port.js';

/** Enough to tell formats apart, office documents included. */
const START_BYTES = 65_536;
const KEYS_AT_ONCE = 500;
const KEY = /^[0-9a-f-]{36}\/[0-9a-f]{64}-[0-9a-f-]{36}$/;
const NO_SPACE = ['ENOSPC', 'EDQUOT'];
/** Folder of what is still being written. No workspace is called so. */
const INCOMING = 'incoming';

interface Written {
  readonly bytes: number;
  readonly sha256: string;
  readonly start: Uint8Array;
}

/** Keeps files in a folder, those of each workspace in one of its own. Processes on several machines have to share it. */
export class DiskFileStorage extends FileStorage {
  constructor(private readonly root: string) {
    super();
  }

  override async save(
    workspaceId: string,
    content: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<StoredFile> {
    const temporary = join(this.root, INCOMING, newId());
    try {
      await mkdir(dirname(temporary), { recursive: true, mode: 0o700 });
      const written = await writeFile(temporary, content, maxBytes);
      const key = `${workspaceId}/${written.sha256}-${newId()}`;
      await moveDurably(temporary, this.#pathOf(key));
      return { key, ...written };
    } catch (error) {
      await rm(temporary, { force: true });
      throw NO_SPACE.includes(codeOf(error)) ? new StorageFull() : error;
    }
  }

  override async open(key: string): Promise<OpenFile> {
    const { size } = await this.#whereThere(key, (path) => stat(path));
    return { content: contentOf(this.#pathOf(key)), bytes: size };
  }

  override read(key: string): Promise<Uint8Array> {
    return this.#whereThere(key, (path) => readFile(path));
  }

  override async remove(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  override async *listOlderThan(time: Date): AsyncIterable<readonly string[]> {
    for (const workspaceId of await namesIn(this.root)) {
      const names = await this.#oldNamesIn(workspaceId, time);
      if (workspaceId === INCOMING) {
        for (const name of names) await rm(join(this.root, INCOMING, name), { force: true });
        continue;
      }
      const keys = names.map((name) => `${workspaceId}/${name}`).filter((key) => KEY.test(key));
      for (let start = 0; start < keys.length; start += KEYS_AT_ONCE)
        yield keys.slice(start, start + KEYS_AT_ONCE);
    }
  }

  async #oldNamesIn(folder: string, time: Date): Promise<string[]> {
    const old: string[] = [];
    for (const name of await namesIn(join(this.root, folder))) {
      const found = await stat(join(this.root, folder, name)).catch(() => undefined);
      if (found && found.mtime < time) old.push(name);
    }
    return old;
  }

  async #whereThere<T>(key: string, use: (path: string) => Promise<T>): Promise<T> {
    try {
      return await use(this.#pathOf(key));
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? new FileMissing() : error;
    }
  }

  /** Keys come from the database, but a path is nothing to be trusting about. */
  #pathOf(key: string): string {
    if (!KEY.test(key)) throw new FileMissing();
    return join(this.root, key);
  }
}

async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}

async function writeFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Written> {
  const handle = await open(path, 'wx', 0o600);
  try {
    const written = await copy(content, handle, maxBytes);
    await handle.sync();
    return written;
  } finally {
    await handle.close();
  }
}

async function copy(
  content: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  maxBytes: number,
): Promise<Written> {
  const hash = createHash('sha256');
  const start: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    if (bytes < START_BYTES) start.push(chunk.subarray(0, START_BYTES - bytes));
    bytes += chunk.length;
    if (bytes > maxBytes) throw new FileTooLarge(maxBytes);
    hash.update(chunk);
    await handle.appendFile(chunk);
  }
  return { bytes, sha256: hash.digest('hex'), start: Buffer.concat(start) };
}

/** Both the file and its name survive a crash. */
async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(from, to);
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name } of await opendir(folder)) names.push(name);
    return names;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
