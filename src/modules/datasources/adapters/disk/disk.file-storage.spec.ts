import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileMissing, FileTooLarge } from '../../file.errors.js';
import { DiskFileStorage } from './disk.file-storage.js';

const WORKSPACE = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const SHA256_OF_HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const MAX_BYTES = 1_000;

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

async function* brokenOff(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('a part'));
  throw new Error('the client went away');
}

describe('files on disk', () => {
  let root: string;
  let storage: DiskFileStorage;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'files-'));
    storage = new DiskFileStorage(join(root, 'files'));
  });

  afterEach(() => rm(root, { recursive: true }));

  const namesIn = async (): Promise<string[]> =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const oldKeys = async (time: Date): Promise<string[]> => {
    const found: string[] = [];
    for await (const keys of storage.listOlderThan(time)) found.push(...keys);
    return found;
  };

  it('are kept as they came, with their size, hash and first bytes', async () => {
    const { key, ...facts } = await storage.save(WORKSPACE, pieces('he', 'llo'), MAX_BYTES);

    expect(facts).toEqual({ bytes: 5, sha256: SHA256_OF_HELLO, start: Buffer.from('hello') });
    expect(Buffer.from(await storage.read(key)).toString()).toBe('hello');
    const { content, bytes } = await storage.open(key);
    expect(await text(Readable.from(content))).toBe('hello');
    expect(bytes).toBe(5);
  });

  it('are for their owner alone to read', async () => {
    const { key } = await storage.save(WORKSPACE, pieces('hello'), MAX_BYTES);

    expect((await stat(join(root, 'files', key))).mode & 0o777).toBe(0o600);
  });

  it('of the same content are two', async () => {
    const one = await storage.save(WORKSPACE, pieces('hello'), MAX_BYTES);
    const other = await storage.save(WORKSPACE, pieces('hello'), MAX_BYTES);

    await storage.remove(one.key);

    expect(Buffer.from(await storage.read(other.key)).toString()).toBe('hello');
  });

  it('that are too large, or break off, leave nothing behind', async () => {
    await expect(
      storage.save(WORKSPACE, pieces('a'.repeat(600), 'b'.repeat(600)), MAX_BYTES),
    ).rejects.toThrow(FileTooLarge);
    await expect(storage.save(WORKSPACE, brokenOff(), MAX_BYTES)).rejects.toThrow('the client went away');

    expect(await namesIn()).toEqual([]);
  });

  it('that are gone are missing, and can be removed once more', async () => {
    const { key } = await storage.save(WORKSPACE, pieces('hello'), MAX_BYTES);

    await storage.remove(key);
    await storage.remove(key);

    await expect(storage.read(key)).rejects.toThrow(FileMissing);
    await expect(storage.open(key)).rejects.toThrow(FileMissing);
  });

  it.each(['../secrets.json', '/etc/passwd', `${WORKSPACE}/../../secrets.json`, ''])(
    'are never found outside of the folder: %j',
    async (key) => {
      await writeFile(join(root, 'secrets.json'), 'secret');

      await expect(storage.read(key)).rejects.toThrow(FileMissing);
    },
  );

  it('are listed once they are old, and what an upload left behind is removed then', async () => {
    const { key } = await storage.save(WORKSPACE, pieces('hello'), MAX_BYTES);
    await storage.save(WORKSPACE, pieces('fresh'), MAX_BYTES);
    const leftover = join(root, 'files', 'incoming', 'leftover');
    await writeFile(leftover, 'half');
    const [longAgo, now] = [new Date(1_000_000), new Date()];
    await utimes(join(root, 'files', key), longAgo, longAgo);
    await utimes(leftover, longAgo, longAgo);

    const found = await oldKeys(new Date(now.getTime() - 60_000));

    expect(found).toEqual([key]);
    expect(await namesIn()).not.toContain('leftover');
  });
});
