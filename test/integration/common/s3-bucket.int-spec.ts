import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '#common/http';
import { FileGone, S3Bucket, StorageAway } from '#common/storage';
import { addressOf, S3Wire } from '../../../src/common/storage/adapters/s3/s3-wire.js';
import { S3StandIn } from '../../support/s3/s3-stand-in.js';

const PART_BYTES = 100_000;
const MAX_BYTES = 10_000_000;

async function* content(bytes: Buffer, chunk = 64_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunk)
    yield await Promise.resolve(bytes.subarray(start, start + chunk));
}

describe('an S3 bucket', () => {
  let standIn: S3StandIn;
  let outbound: OutboundClient;
  let bucket: S3Bucket;

  const bucketFor = (settings: Partial<ConstructorParameters<typeof S3Wire>[0]> = {}): S3Bucket => {
    const { bucket: name, endpoint, credentials } = standIn;
    const fetch = outbound.asFetch({ headersTimeoutMs: 1_000, idleTimeoutMs: 500, maxBytes: MAX_BYTES });
    return new S3Bucket(
      new S3Wire({ bucket: name, endpoint, hasPathStyle: true, ...credentials, ...settings }, fetch, 1),
      '',
      PART_BYTES,
    );
  };

  beforeEach(async () => {
    standIn = await S3StandIn.start();
    standIn.minPartBytes = PART_BYTES;
    outbound = new OutboundClient({ allow: [standIn.host] });
    bucket = bucketFor();
  });
  afterEach(async () => {
    await outbound.close();
    await standIn.close();
  });

  const bytes = Buffer.from(Array.from({ length: 350_001 }, (_, index) => index % 251));
  const causeOf = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    if (!(error instanceof StorageAway)) throw new Error('There was no such failure.', { cause: error });
    return (error.cause as Error).message;
  };

  it('is not opened by another key', async () => {
    const other = bucketFor({ secretAccessKey: 'not-the-secret' });

    expect(await causeOf(other.put('a', content(bytes), MAX_BYTES))).toBe(
      'The bucket answered 403 SignatureDoesNotMatch to POST.',
    );
    expect(await causeOf(bucketFor({ accessKeyId: 'nobody' }).size('a'))).toBe(
      'The bucket answered 403 to HEAD.',
    );
    expect(await causeOf(bucketFor({ region: 'elsewhere' }).assertReachable())).toContain(
      'AuthorizationHeaderMalformed',
    );
    expect(standIn.objects.size).toBe(0);
  });

  it('says so when it is not there', async () => {
    const missing = bucketFor({ bucket: 'no-such-bucket' });

    expect(await causeOf(buffer(missing.get('a')))).toContain('NoSuchBucket');
    expect(await causeOf(missing.delete('a'))).toContain('NoSuchBucket');
    expect(await causeOf(missing.assertReachable())).toContain('NoSuchBucket');
  });

  it.each([
    [{ status: 500, code: 'InternalError' }],
    [{ status: 503, code: 'SlowDown' }],
    [{ status: 429, code: '' }],
    [{ isReset: true }],
  ])('is asked again when %j may pass', async (mishap) => {
    standIn.mishap(mishap, mishap, mishap);
    const kept = await bucket.put('a', content(bytes), MAX_BYTES);

    standIn.mishap(mishap, mishap);
    const read = await buffer(bucket.get('a'));

    expect(kept.bytes).toBe(bytes.length);
    expect(read.equals(bytes)).toBe(true);
    expect(standIn.mishapsLeft).toBe(0);
  });

  it('is given up when it does not pass, and what was begun is removed', async () => {
    standIn.mishap(
      ...Array.from({ length: 4 }, () => ({ method: 'PUT', status: 500, code: 'InternalError' })),
    );

    expect(await causeOf(bucket.put('a', content(bytes), MAX_BYTES))).toBe(
      'The bucket answered 500 InternalError to PUT.',
    );
    expect([standIn.objects.size, standIn.uploads.size]).toEqual([0, 0]);
  });

  it('that never answers is given up in time', async () => {
    standIn.mishap(...Array.from({ length: 4 }, () => ({ isSilent: true })));

    expect(await causeOf(bucket.size('a'))).toContain('did not answer in time');
  });

  it('that is away is named', async () => {
    await standIn.close();

    expect(await causeOf(bucket.put('a', content(bytes), MAX_BYTES))).toContain(
      'does not accept connections',
    );
    standIn = await S3StandIn.start();
  });

  it('goes on with a file where the connection broke off', async () => {
    await bucket.put('a', content(bytes), MAX_BYTES);
    standIn.requests.length = 0;
    standIn.mishap({ cutAfterBytes: 100_000 }, { cutAfterBytes: 1 }, { cutAfterBytes: 50_000 });

    const read = await buffer(bucket.get('a', { start: 10, end: 350_000 }));

    expect(read.equals(bytes.subarray(10, 350_000))).toBe(true);
    expect(standIn.requests).toHaveLength(4);
  });

  it('gives a file up that breaks off again and again', async () => {
    await bucket.put('a', content(bytes), MAX_BYTES);
    standIn.mishap(...Array.from({ length: 9 }, () => ({ cutAfterBytes: 0 })));

    expect(await causeOf(buffer(bucket.get('a')))).toContain('could not be reached');
    expect(standIn.mishapsLeft).toBe(4);
  });

  it('never goes on with another file', async () => {
    await bucket.put('a', content(bytes), MAX_BYTES);
    standIn.mishap({ method: 'GET', cutAfterBytes: 100_000 });
    const reading = bucket.get('a');
    const parts: Buffer[] = [];

    const all = (async () => {
      for await (const part of reading) {
        if (parts.length === 0) await bucket.put('a', content(Buffer.alloc(350_001, 7)), MAX_BYTES);
        parts.push(part as Buffer);
      }
    })();

    await expect(all).rejects.toBeInstanceOf(FileGone);
  });

  it('takes a finished file for finished, although the answer was lost', async () => {
    standIn.mishap({ method: 'POST' }, { method: 'POST', status: 500, code: 'InternalError', isDone: true });

    await bucket.put('a', content(bytes), MAX_BYTES);

    expect(standIn.objects.get('a')?.body.equals(bytes)).toBe(true);
  });

  it('lists more than one page, and removes what was never finished', async () => {
    const names = Array.from({ length: 1_203 }, (_, index) => `sources/${String(index).padStart(5, '0')}`);
    for (const name of names) standIn.objects.set(name, { body: bytes, etag: '', modifiedAt: new Date() });
    standIn.uploads.set('old', { name: 'sources/x', parts: new Map(), begunAt: new Date(1_000) });
    standIn.uploads.set('fresh', { name: 'sources/y', parts: new Map(), begunAt: new Date() });
    const listed: string[] = [];

    for await (const page of bucket.list('sources/')) listed.push(...page.map(({ name }) => name));
    await bucket.forgetUnfinished('sources/', new Date(Date.now() - 60_000));

    expect(listed).toEqual(names);
    expect([...standIn.uploads.keys()]).toEqual(['fresh']);
  });

  it('holds no more than a part of what comes in', async () => {
    let produced = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        produced += 10_000;
        yield await Promise.resolve(Buffer.alloc(10_000));
      }
    }
    standIn.mishap({ method: 'POST' }, ...Array.from({ length: 4 }, () => ({ method: 'PUT', status: 500 })));

    await causeOf(bucket.put('a', endless(), Number.MAX_SAFE_INTEGER));

    expect(produced).toBeLessThanOrEqual(PART_BYTES + 10_000);
  });

  it('may be private where the operator has named it, and only then', async () => {
    const { bucket: name, endpoint, credentials } = standIn;
    const guarded = new OutboundClient({ allow: [] });
    const settings = { bucket: name, endpoint, hasPathStyle: true, prefix: 'p', ...credentials };

    await S3Bucket.through(guarded, settings, true).put('a', content(bytes), MAX_BYTES);

    expect([...standIn.objects.keys()]).toEqual(['p/a']);
    expect(await causeOf(S3Bucket.through(guarded, settings, false).size('a'))).toContain(
      'not a public internet',
    );
    await guarded.close();
  });

  it('can be named by its host', () => {
    const settings = {
      bucket: 'files',
      region: 'eu-1',
      accessKeyId: 'a',
      secretAccessKey: 'b',
      hasPathStyle: false,
    };

    expect(addressOf({ ...settings, endpoint: 'http://s3.test.example' }).href).toBe(
      'http://files.s3.test.example/',
    );
    expect(addressOf(settings).href).toBe('https://files.s3.eu-1.amazonaws.com/');
    expect(addressOf({ ...settings, hasPathStyle: true }).href).toBe('https://s3.eu-1.amazonaws.com/files/');
  });
});
