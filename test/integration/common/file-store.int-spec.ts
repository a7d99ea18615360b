import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '#common/http';
import { FileGone } from '#common/storage';
import { FolderFileStore } from '../../../src/common/storage/adapters/folder.file-store.js';
import { FollowingFileStore } from '../../../src/common/storage/adapters/following.file-store.js';
import { S3Bucket } from '../../../src/common/storage/adapters/s3/s3-bucket.js';
import { S3FileStore } from '../../../src/common/storage/adapters/s3/s3.file-store.js';
import { S3Wire } from '../../../src/common/storage/adapters/s3/s3-wire.js';
import { describeFileStore, type OpenFileStore } from '../../contracts/file-store.contract.js';
import { FakeFileStore } from '../../fakes/fake.file-store.js';
import { S3StandIn } from '../../support/s3/s3-stand-in.js';

const ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const FORMER_KEY = `${ID}/${'ab'.repeat(32)}-${ID}`;
const LONG_AGO = new Date(1_000_000_000_000);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

function openFolder(): Promise<OpenFileStore> {
  const root = mkdtempSync(join(tmpdir(), 'colloquy-files-'));
  mkdirSync(join(root, 'files'));
  return Promise.resolve({
    store: new FolderFileStore(join(root, 'files'), join(root, 'source-files')),
    names: () => filesIn(join(root, 'files')),
    age: (key, time) => {
      utimesSync(join(root, 'files', key), time, time);
    },
    close: () => {
      rmSync(root, { recursive: true });
      return Promise.resolve();
    },
  });
}

async function openS3(prefix: string): Promise<OpenFileStore> {
  const standIn = await S3StandIn.start();
  const outbound = new OutboundClient({ allow: [standIn.host] });
  const fetch = outbound.asFetch({ headersTimeoutMs: 20_000, idleTimeoutMs: 20_000 });
  const { bucket, endpoint, credentials } = standIn;
  const wire = new S3Wire({ bucket, endpoint, hasPathStyle: true, ...credentials }, fetch, 1);
  standIn.minPartBytes = 1_048_576;
  return {
    store: new S3FileStore(new S3Bucket(wire, prefix, 1_048_576)),
    names: () => [...standIn.objects.keys(), ...standIn.uploads.keys()],
    age: (key, time) => {
      const stored = standIn.objects.get(prefix + key);
      if (stored) stored.modifiedAt = time;
    },
    close: async () => {
      await outbound.close();
      await standIn.close();
    },
  };
}

async function openFollowing(): Promise<OpenFileStore> {
  const [folder, bucket] = [await openFolder(), await openS3('')];
  return {
    ...bucket,
    store: new FollowingFileStore(bucket.store, folder.store),
    close: async () => {
      await folder.close();
      await bucket.close();
    },
  };
}

describeFileStore('FolderFileStore', openFolder);
describeFileStore('S3FileStore', () => openS3('a/prefix/'));
describeFileStore('FollowingFileStore', openFollowing);
describeFileStore('FakeFileStore', () => {
  const store = new FakeFileStore();
  return Promise.resolve({
    store,
    names: () => [...store.files.keys()],
    age: (key, time) => {
      const file = store.files.get(key);
      if (file) file.keptAt = time;
    },
    close: () => Promise.resolve(),
  });
});

describe('a folder of files', () => {
  it.each(['', '..', '../secrets.json', `${ID}/../../x`, `${ID}\0`, `/${ID}`])(
    'leaves its folder for no name (%j)',
    async (name) => {
      const { store, close } = await openFolder();
      async function* content(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(Buffer.from('x'));
      }

      await expect(store.keep(name, content(), 10)).rejects.toThrow('Only ids name files.');
      expect(() => store.read(name)).toThrow('Only ids name files.');
      await close();
    },
  );
});

describe('files of before', () => {
  let root: string;
  let folder: FolderFileStore;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'colloquy-files-'));
    folder = new FolderFileStore(join(root, 'files'), join(root, 'source-files'));
    mkdirSync(join(root, 'source-files', ID), { recursive: true });
    mkdirSync(join(root, 'source-files', 'incoming'));
    writeFileSync(join(root, 'source-files', FORMER_KEY), 'of before');
    writeFileSync(join(root, 'source-files', 'incoming', ID), 'half');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('are found, listed and removed where they lie', async () => {
    utimesSync(join(root, 'source-files', FORMER_KEY), LONG_AGO, LONG_AGO);
    const listed: string[] = [];
    for await (const keys of folder.listOlderThan('sources', new Date(Date.now() - 60_000)))
      listed.push(...keys);

    expect(listed).toEqual([FORMER_KEY]);
    expect(String(await buffer(folder.read(FORMER_KEY)))).toBe('of before');
    expect(await folder.size(FORMER_KEY)).toBe(9);
    await folder.remove(FORMER_KEY);
    await expect(folder.size(FORMER_KEY)).rejects.toBeInstanceOf(FileGone);
  });

  it('that were never finished go once they are old', async () => {
    const part = join(root, 'files', 'sources', ID, `${ID}.part`);
    mkdirSync(join(root, 'files', 'sources', ID), { recursive: true });
    writeFileSync(part, 'half');
    utimesSync(part, LONG_AGO, LONG_AGO);
    utimesSync(join(root, 'source-files', 'incoming', ID), LONG_AGO, LONG_AGO);

    for await (const keys of folder.listOlderThan('sources', new Date(Date.now() - 60_000)))
      expect(keys).toEqual([]);

    expect(filesIn(root)).toEqual([FORMER_KEY.split('/')[1]]);
  });

  it('are found still when a bucket takes the place of the folder, and are removed with it', async () => {
    const bucket = await openS3('');
    const store = new FollowingFileStore(bucket.store, folder);

    expect(String(await buffer(store.read(FORMER_KEY, { start: 3, end: 9 })))).toBe('before');
    expect(await store.size(FORMER_KEY)).toBe(9);
    await store.remove(FORMER_KEY);
    await expect(buffer(store.read(FORMER_KEY))).rejects.toBeInstanceOf(FileGone);
    await bucket.close();
  });

  it('are found in the bucket when they were copied there', async () => {
    const bucket = await openS3('');
    async function* content(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('copied'));
    }

    await bucket.store.keep(FORMER_KEY, content(), 100);

    expect(await bucket.names()).toEqual([`sources/${FORMER_KEY}`]);
    expect(String(await buffer(bucket.store.read(FORMER_KEY)))).toBe('copied');
    await bucket.close();
  });

  it('are for their owner alone to read', async () => {
    async function* content(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('x'));
    }
    await folder.keep(`sources/${ID}/${ID}`, content(), 100);

    expect(statSync(join(root, 'files', 'sources', ID, ID)).mode & 0o777).toBe(0o600);
  });
});
