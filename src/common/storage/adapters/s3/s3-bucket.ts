import { Readable } from 'node:stream';
import { hostAndPort, type OutboundClient } from '#common/http';
import { MeasuredBytes } from '../../measured-bytes.js';
import type { FileRange, KeptFile } from '../../ports/file-store.port.js';
import { FileGone, FileTooLarge, StorageAway } from '../../storage.errors.js';
import { MultipartUpload } from './multipart-upload.js';
import { S3Failure } from './s3-failure.js';
import { addressOf, S3Wire } from './s3-wire.js';
import type { S3Settings } from './s3.types.js';
import { XmlTexts } from './xml-texts.js';

/** The smallest that most services take is 5 MiB, and there may be 10,000 of them. */
const PART_BYTES = 8 * 1_048_576;
const MAX_PARTS = 10_000;
/** A part of a slow line's worth. */
const ANSWER_TIMEOUT_MS = 120_000;
const IDLE_TIMEOUT_MS = 30_000;
/** How often a file is taken up where it broke off, without a byte in between. */
const RESUMPTIONS = 4;

/** An object of a bucket. */
export interface S3Object {
  readonly name: string;
  readonly modifiedAt: Date;
}

/** A bucket of Amazon S3 or of a service that speaks like it. Holds one part of a file in memory, never a whole one. */
export class S3Bucket {
  constructor(
    private readonly wire: S3Wire,
    private readonly prefix: string,
    private readonly partBytes = PART_BYTES,
  ) {}

  /** @param mayBePrivate whether the operator of the installation has named the endpoint; others reach public ones only. */
  static through(outbound: OutboundClient, settings: S3Settings, mayBePrivate: boolean): S3Bucket {
    const fetch = outbound.asFetch({
      headersTimeoutMs: ANSWER_TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      maxBytes: Number.MAX_SAFE_INTEGER,
      extraAllow: mayBePrivate ? [hostAndPort(addressOf(settings))] : [],
    });
    const prefix = settings.prefix?.replace(/\/*$/, '/') ?? '';
    return new S3Bucket(new S3Wire(settings, fetch), prefix);
  }

  /**
   * Writes an object: all of it, or nothing.
   * @throws FileTooLarge, StorageAway; whatever the source throws.
   */
  async put(name: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    const measured = new MeasuredBytes(maxBytes);
    const upload = new MultipartUpload(this.wire, this.prefix + name);
    try {
      let parts = 0;
      for await (const { bytes, isLast } of inParts(measured.through(source), this.partBytes)) {
        parts += 1;
        if (parts > MAX_PARTS) throw new FileTooLarge(this.partBytes * MAX_PARTS);
        if (isLast && parts === 1) await this.#putWhole(name, bytes);
        else await upload.add(bytes);
      }
      const kept = measured.result();
      await upload.complete(kept.bytes);
      return kept;
    } catch (error) {
      await upload.abort();
      throw error;
    }
  }

  /** The stream fails with FileGone when there is no such object. Goes on where the connection broke off. */
  get(name: string, range?: FileRange): Readable {
    return Readable.from(this.#contentOf(name, range), { objectMode: false });
  }

  /** In bytes. @throws FileGone, StorageAway */
  async size(name: string): Promise<number> {
    const response = await this.#send({ method: 'HEAD', name, expected: [404] });
    if (response.status === 404) throw new FileGone();
    return Number(response.headers.get('content-length'));
  }

  /** No failure when there is none. @throws StorageAway */
  async delete(name: string): Promise<void> {
    const response = await this.#send({ method: 'DELETE', name, expected: [404] });
    if (response.status === 404) await assertOnlyTheObjectIsMissing('DELETE', response);
    else await response.text();
  }

  /** Objects whose names begin with a text, some at once. @throws StorageAway */
  async *list(start: string): AsyncGenerator<readonly S3Object[]> {
    let token: string | undefined;
    do {
      const query = {
        'list-type': '2',
        prefix: this.prefix + start,
        ...(token ? { 'continuation-token': token } : {}),
      };
      const response = await this.wire.send({ method: 'GET', query });
      const texts = new XmlTexts(await response.text());
      const times = texts.all('ListBucketResult/Contents/LastModified');
      yield texts.all('ListBucketResult/Contents/Key').map((key, index) => ({
        name: key.slice(this.prefix.length),
        modifiedAt: new Date(times[index] ?? 0),
      }));
      token = texts.one('ListBucketResult/NextContinuationToken');
    } while (token);
  }

  /** Removes the parts of what began to be written before a time and was never finished. @throws StorageAway */
  async forgetUnfinished(start: string, time: Date): Promise<void> {
    const query = { uploads: '', prefix: this.prefix + start };
    const response = await this.wire.send({ method: 'GET', query });
    const texts = new XmlTexts(await response.text());
    const ids = texts.all('ListMultipartUploadsResult/Upload/UploadId');
    const begun = texts.all('ListMultipartUploadsResult/Upload/Initiated');
    for (const [index, key] of texts.all('ListMultipartUploadsResult/Upload/Key').entries()) {
      if (new Date(begun[index] ?? Date.now()) >= time) continue;
      await MultipartUpload.forget(this.wire, key, ids[index] ?? '');
    }
  }

  /** @throws StorageAway when the bucket cannot be read. */
  async assertReachable(): Promise<void> {
    const query = { 'list-type': '2', 'max-keys': '1', prefix: this.prefix };
    await (await this.wire.send({ method: 'GET', query, tries: 1 })).text();
  }

  async #putWhole(name: string, body: Uint8Array): Promise<void> {
    await (await this.#send({ method: 'PUT', name, body })).text();
  }

  async *#contentOf(name: string, range: FileRange | undefined): AsyncGenerator<Uint8Array> {
    if (range && range.end <= range.start) return;
    const reading = new Reading(range);
    for (let failures = 0; ; failures += 1) {
      const reader = await this.#open(name, reading);
      if (!reader) return;
      try {
        for (;;) {
          const chunk = await nextOf(reader);
          if (chunk instanceof Broken) {
            if (failures >= RESUMPTIONS) throw new StorageAway(chunk.cause);
            break;
          }
          if (!chunk) return;
          reading.position += chunk.length;
          failures = 0;
          yield chunk;
        }
      } finally {
        await reader.cancel().catch(() => undefined);
      }
      await this.wire.waitAfter(failures + 1);
    }
  }

  /** @returns nothing when there is nothing more to be read. */
  async #open(name: string, reading: Reading): Promise<ReadableStreamDefaultReader<Uint8Array> | undefined> {
    const headers = reading.headers();
    const response = await this.#send({ method: 'GET', name, headers, expected: [404, 412, 416] });
    switch (response.status) {
      case 404:
        await assertOnlyTheObjectIsMissing('GET', response);
        throw new FileGone();
      case 412:
        // Another file has taken its name meanwhile.
        throw new FileGone();
      case 416:
        return undefined;
      default:
        reading.etag = response.headers.get('etag') ?? undefined;
        return response.body?.getReader();
    }
  }

  #send(request: Parameters<S3Wire['send']>[0] & { readonly name: string }): Promise<Response> {
    return this.wire.send({ ...request, name: this.prefix + request.name });
  }
}

/** How far an object has been read. */
class Reading {
  position: number;
  etag: string | undefined;
  readonly #end: number | undefined;

  constructor(range: FileRange | undefined) {
    this.position = range?.start ?? 0;
    this.#end = range?.end;
  }

  headers(): Record<string, string> {
    const isWhole = this.position === 0 && this.#end === undefined;
    const last = this.#end === undefined ? '' : String(this.#end - 1);
    return {
      ...(isWhole ? {} : { range: `bytes=${String(this.position)}-${last}` }),
      ...(this.etag ? { 'if-match': this.etag } : {}),
    };
  }
}

/** The connection broke off. */
class Broken {
  constructor(readonly cause: unknown) {}
}

/** Kept apart from what the reader of the stream may throw. */
async function nextOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | Broken | undefined> {
  try {
    return (await reader.read()).value;
  } catch (error) {
    return new Broken(error);
  }
}

/** A bucket that is not there answers 404, too, and is a failure of another kind. */
async function assertOnlyTheObjectIsMissing(method: string, response: Response): Promise<void> {
  const code = new XmlTexts(await response.text().catch(() => '')).one('Error/Code');
  if (code === 'NoSuchBucket') throw new StorageAway(new S3Failure(method, response.status, code));
}

interface Part {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** At least one part, which may be empty; all but the last are of the same size. */
async function* inParts(source: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (size + rest.length > partBytes) {
      const fitting = partBytes - size;
      yield { bytes: Buffer.concat([...waiting, rest.subarray(0, fitting)]), isLast: false };
      [waiting, size, rest] = [[], 0, rest.subarray(fitting)];
    }
    // The source may fill its buffer anew.
    waiting.push(Buffer.from(rest));
    size += rest.length;
  }
  yield { bytes: Buffer.concat(waiting), isLast: true };
}
