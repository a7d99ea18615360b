import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileGone, FileTooLarge } from '#common/storage';
import { FolderFileStore } from '../../../src/common/storage/adapters/folder.file-store.js';

const ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

describe('FolderFileStore', () => {
  let folder: string;
  let store: FolderFileStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'colloquy-files-'));
    store = new FolderFileStore(join(folder, 'files'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps a file, and gives it back whole or in pieces', async () => {
    const kept = await store.keep(ID, pieces('hello ', 'world'), 100);

    expect(kept).toEqual({
      bytes: 11,
      sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    });
    expect(String(await buffer(store.read(ID)))).toBe('hello world');
    expect(String(await buffer(store.read(ID, { start: 6, end: 9 })))).toBe('wor');
    expect(await buffer(store.read(ID, { start: 3, end: 3 }))).toHaveLength(0);
  });

  it('keeps nothing of what is too large, or breaks off', async () => {
    const broken = (async function* (): AsyncGenerator<Buffer> {
      yield* pieces('half');
      throw new Error('gone');
    })();

    await expect(store.keep(ID, pieces('hello ', 'world'), 10)).rejects.toBeInstanceOf(FileTooLarge);
    await expect(store.keep(ID, broken, 10)).rejects.toThrow('gone');
    expect(readdirSync(join(folder, 'files'))).toEqual([]);
  });

  it('knows nothing of a file that was removed, or never was', async () => {
    await store.keep(ID, pieces('x'), 10);
    await store.remove(ID);
    await store.remove(ID);

    await expect(buffer(store.read(ID))).rejects.toBeInstanceOf(FileGone);
  });

  it.each(['', '..', '../secrets.json', `${ID}/../../x`, `${ID}\0`, ID.toUpperCase()])(
    'leaves its folder for no name (%j)',
    async (name) => {
      await expect(store.keep(name, pieces('x'), 10)).rejects.toThrow('Only ids name files.');
      expect(() => store.read(name)).toThrow('Only ids name files.');
    },
  );
});
