import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { FileGone, type FileStore, FileTooLarge } from '#common/storage';

/** A store, and what lies in it. */
export interface OpenFileStore {
  readonly store: FileStore;
  /** The names of all that lies there, finished or not. */
  names(): Promise<readonly string[]> | readonly string[];
  /** Lets a file look as if it had been kept then. */
  age(key: string, time: Date): Promise<void> | void;
  close(): Promise<void>;
}

const MAX_BYTES = 10_000_000;
const LONG_AGO = new Date(1_000_000_000_000);
const ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

async function* pieces(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part as Uint8Array));
}

async function* brokenOff(first: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* pieces(first);
  throw new Error('the client went away');
}

/** What every place promises in which files are kept. */
export function describeFileStore(name: string, open: () => Promise<OpenFileStore>): void {
  describe(name, () => {
    let opened: OpenFileStore;
    let store: FileStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const contentOf = async (key: string, range?: { start: number; end: number }): Promise<string> =>
      String(await buffer(store.read(key, range)));
    const keysIn = async (folder: string, time: Date): Promise<string[]> => {
      const found: string[] = [];
      for await (const keys of store.listOlderThan(folder, time)) found.push(...keys);
      return found.sort();
    };

    it('is done with a piece when it asks for the next, so that sources can use its memory again', async () => {
      const memory = Buffer.alloc(100_000);
      const refilled = async function* (): AsyncGenerator<Uint8Array> {
        for (const length of [100_000, 10, 70_000, 1]) {
          yield await Promise.resolve(memory.fill(String(length % 7)).subarray(0, length));
        }
      };

      const { bytes } = await store.keep(ID, refilled(), MAX_BYTES);

      expect(bytes).toBe(170_011);
      expect(await contentOf(ID)).toBe('5'.repeat(100_000) + '3'.repeat(10) + '0'.repeat(70_000) + '1');
    });

    it('keeps a file, and gives it back whole or in pieces', async () => {
      const kept = await store.keep(ID, pieces('hello ', 'world'), MAX_BYTES);

      expect(kept).toEqual({
        bytes: 11,
        sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
      });
      expect(await contentOf(ID)).toBe('hello world');
      expect(await contentOf(ID, { start: 6, end: 9 })).toBe('wor');
      expect(await contentOf(ID, { start: 0, end: 1 })).toBe('h');
      expect(await store.size(ID)).toBe(11);
    });

    it('gives no more than there is', async () => {
      await store.keep(ID, pieces('hello'), MAX_BYTES);

      expect(await contentOf(ID, { start: 3, end: 1_000 })).toBe('lo');
      expect(await contentOf(ID, { start: 5, end: 9 })).toBe('');
      expect(await contentOf(ID, { start: 3, end: 3 })).toBe('');
    });

    it('keeps a file that is empty', async () => {
      const kept = await store.keep(ID, pieces(), MAX_BYTES);

      expect(kept.bytes).toBe(0);
      expect(await contentOf(ID)).toBe('');
      expect(await store.size(ID)).toBe(0);
    });

    it('keeps a large file byte for byte, in however small or large pieces it comes', async () => {
      const bytes = randomBytes(3_000_001);
      const cuts = [0, 1, 2, 70_000, 70_001, 2_500_000, bytes.length];
      const chunks = cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut));

      const kept = await store.keep(ID, pieces(...chunks), MAX_BYTES);

      expect(kept.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect((await buffer(store.read(ID))).equals(bytes)).toBe(true);
      expect(
        (await buffer(store.read(ID, { start: 1_048_570, end: 2_100_000 }))).equals(
          bytes.subarray(1_048_570, 2_100_000),
        ),
      ).toBe(true);
    });

    it('puts a file in the place of the one that had its key', async () => {
      await store.keep(ID, pieces('the first, which is longer'), MAX_BYTES);
      await store.keep(ID, pieces('the second'), MAX_BYTES);

      expect(await contentOf(ID)).toBe('the second');
    });

    it('keeps nothing of what is too large, or breaks off, at its beginning or later', async () => {
      const large = Buffer.alloc(2_500_000, 'x');

      await expect(store.keep(ID, pieces('hello ', 'world'), 10)).rejects.toBeInstanceOf(FileTooLarge);
      await expect(store.keep(ID, pieces(large), 2_400_000)).rejects.toBeInstanceOf(FileTooLarge);
      await expect(store.keep(ID, brokenOff(Buffer.from('half')), MAX_BYTES)).rejects.toThrow('went away');
      await expect(store.keep(ID, brokenOff(large), MAX_BYTES)).rejects.toThrow('went away');

      expect(await opened.names()).toEqual([]);
      await expect(store.size(ID)).rejects.toBeInstanceOf(FileGone);
    });

    it('leaves a file as it was when another cannot take its place', async () => {
      await store.keep(ID, pieces('hello'), MAX_BYTES);

      await expect(store.keep(ID, brokenOff(Buffer.alloc(2_500_000)), MAX_BYTES)).rejects.toThrow(
        'went away',
      );

      expect(await contentOf(ID)).toBe('hello');
    });

    it('knows nothing of a file that was removed, or never was', async () => {
      await store.keep(ID, pieces('x'), MAX_BYTES);
      await store.remove(ID);
      await store.remove(ID);

      await expect(buffer(store.read(ID))).rejects.toBeInstanceOf(FileGone);
      await expect(buffer(store.read(newId(), { start: 0, end: 5 }))).rejects.toBeInstanceOf(FileGone);
      await expect(store.size(ID)).rejects.toBeInstanceOf(FileGone);
    });

    it('keeps many files at once apart', async () => {
      const ids = Array.from({ length: 20 }, () => newId());

      await Promise.all(ids.map((id) => store.keep(`exports/${id}`, pieces('of ', id), MAX_BYTES)));

      const contents = await Promise.all(ids.map((id) => contentOf(`exports/${id}`)));
      expect(contents).toEqual(ids.map((id) => `of ${id}`));
    });

    it('can be left in the middle of a file', async () => {
      await store.keep(ID, pieces(Buffer.alloc(3_000_000, 'y')), MAX_BYTES);
      const reading = store.read(ID);

      for await (const chunk of reading) {
        expect((chunk as Buffer).length).toBeGreaterThan(0);
        break;
      }

      expect(reading.destroyed).toBe(true);
      expect(await store.size(ID)).toBe(3_000_000);
    });

    it('lists the files of a folder that are older than a time', async () => {
      const [old, fresh, other] = [
        `sources/${ID}/${newId()}`,
        `sources/${ID}/${newId()}`,
        `exports/${newId()}`,
      ];
      for (const key of [old, fresh, other, ID]) await store.keep(key, pieces('x'), MAX_BYTES);
      await opened.age(old, LONG_AGO);
      await opened.age(other, LONG_AGO);
      await opened.age(ID, LONG_AGO);

      expect(await keysIn('sources', new Date(LONG_AGO.getTime() + 60_000))).toEqual([old]);
      expect(await keysIn('sources', new Date(Date.now() + 60_000))).toEqual([old, fresh].sort());
      expect(await keysIn('nothing', new Date(Date.now() + 60_000))).toEqual([]);
    });

    it('can be reached', async () => {
      await expect(store.assertReachable()).resolves.toBeUndefined();
    });

    it.each([
      '',
      '..',
      '../secrets.json',
      `${ID}/../../x`,
      `${ID}\0`,
      ID.toUpperCase(),
      `/${ID}`,
      `A/${ID}`,
      `a/${ID}/`,
    ])('takes no name for a key (%j)', async (key) => {
      await expect(store.keep(key, pieces('x'), 10)).rejects.toThrow('Only ids name files.');
      expect(() => store.read(key)).toThrow('Only ids name files.');
      await expect(store.size(key)).rejects.toThrow('Only ids name files.');
      await expect(store.remove(key)).rejects.toThrow('Only ids name files.');
    });
  });
}
