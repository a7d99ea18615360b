import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { LoopbackServer } from '../outbound/loopback-server.js';
import { type S3Credentials, signatureProblem } from './signature.js';

/** What the stand-in does in place of what it is asked for. */
export interface S3Mishap {
  /** Only to requests of this method. */
  readonly method?: string;
  /** Answers this, with a code of Amazon's. */
  readonly status?: number;
  readonly code?: string;
  /** Does what it is asked for, and then answers so nevertheless. */
  readonly isDone?: boolean;
  /** Sends so many bytes of a body and ends the connection. */
  readonly cutAfterBytes?: number;
  /** Ends the connection without an answer. */
  readonly isReset?: boolean;
  /** Never answers. */
  readonly isSilent?: boolean;
}

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  modifiedAt: Date;
}

interface Upload {
  readonly name: string;
  readonly parts: Map<number, Stored>;
  begunAt: Date;
}

const PAGE = 1_000;

/** An S3 service with one bucket, in memory, which believes no request that is not signed as Amazon demands. */
export class S3StandIn {
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Upload>();
  /** `GET /bucket/name?query`, in order. */
  readonly requests: string[] = [];
  readonly credentials: S3Credentials = {
    accessKeyId: `AK${randomBytes(8).toString('hex')}`,
    secretAccessKey: randomBytes(20).toString('base64'),
    region: 'eu-central-7',
  };
  readonly bucket = 'colloquy-files';
  /** All but the last part of an object have to be as large. */
  minPartBytes = 5 * 1_048_576;
  readonly #mishaps: S3Mishap[] = [];
  #server!: LoopbackServer;

  static async start(): Promise<S3StandIn> {
    const standIn = new S3StandIn();
    standIn.#server = await LoopbackServer.http((request, response) => standIn.#answer(request, response));
    return standIn;
  }

  get host(): string {
    return this.#server.host;
  }

  get endpoint(): string {
    return `http://${this.host}`;
  }

  /** The settings of an installation that uses it. */
  env(): Record<string, string> {
    return {
      STORAGE_S3_ENDPOINT: this.endpoint,
      STORAGE_S3_BUCKET: this.bucket,
      STORAGE_S3_REGION: this.credentials.region,
      STORAGE_S3_ACCESS_KEY_ID: this.credentials.accessKeyId,
      STORAGE_S3_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
    };
  }

  /** Lets the next requests go wrong, one after the other. */
  mishap(...mishaps: readonly S3Mishap[]): void {
    this.#mishaps.push(...mishaps);
  }

  /** How many mishaps have not happened yet. */
  get mishapsLeft(): number {
    return this.#mishaps.length;
  }

  forgetMishaps(): void {
    this.#mishaps.length = 0;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const body = await buffer(request).catch(() => undefined);
    if (!body) return;
    const mishap = this.#nextMishap(request);
    if (mishap?.isSilent) return;
    if (mishap?.isReset) {
      request.socket.destroy();
      return;
    }
    const problem = await signatureProblem(request, body, this.credentials);
    if (problem) {
      fail(response, 403, problem);
      return;
    }
    if (mishap?.status && !mishap.isDone) {
      fail(response, mishap.status, mishap.code ?? '');
      return;
    }
    const target = mishap?.isDone ? new Swallowing(response) : response;
    const [, bucket = '', ...path] = url.pathname.split('/');
    if (bucket !== this.bucket) {
      fail(target, 404, 'NoSuchBucket');
      return;
    }
    const name = path.join('/');
    if (name === '') this.#answerOfBucket(url.searchParams, target);
    else this.#answerOfObject(name, url.searchParams, { request, body, mishap }, target);
    if (mishap?.status && mishap.isDone) fail(response, mishap.status, mishap.code ?? '');
  }

  #nextMishap({ method }: IncomingMessage): S3Mishap | undefined {
    const index = this.#mishaps.findIndex((one) => one.method === undefined || one.method === method);
    return index === -1 ? undefined : this.#mishaps.splice(index, 1)[0];
  }

  #answerOfBucket(query: URLSearchParams, response: Answering): void {
    const prefix = query.get('prefix') ?? '';
    if (query.has('uploads')) {
      const uploads = [...this.uploads].filter(([, { name }]) => name.startsWith(prefix));
      const list = uploads.map(
        ([id, { name, begunAt }]) =>
          `<Upload><Key>${name}</Key><UploadId>${id}</UploadId><Initiated>${begunAt.toISOString()}</Initiated></Upload>`,
      );
      succeed(response, `<ListMultipartUploadsResult>${list.join('')}</ListMultipartUploadsResult>`);
      return;
    }
    const after = query.get('continuation-token') ?? '';
    const names = [...this.objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, Math.min(PAGE, Number(query.get('max-keys') ?? PAGE)));
    const list = page.map(
      (name) =>
        `<Contents><Key>${name}</Key><LastModified>${this.objects.get(name)?.modifiedAt.toISOString() ?? ''}</LastModified></Contents>`,
    );
    const more =
      page.length < names.length ? `<NextContinuationToken>${page.at(-1) ?? ''}</NextContinuationToken>` : '';
    succeed(response, `<?xml version="1.0"?>\n<ListBucketResult>${list.join('')}${more}</ListBucketResult>`);
  }

  #answerOfObject(
    name: string,
    query: URLSearchParams,
    { request, body, mishap }: Asked,
    response: Answering,
  ): void {
    const uploadId = query.get('uploadId') ?? '';
    switch (`${request.method ?? ''}${uploadId ? ' part' : ''}`) {
      case 'PUT': {
        const stored = storedOf(body);
        this.objects.set(name, stored);
        response.writeHead(200, { etag: stored.etag }).end();
        return;
      }
      case 'DELETE':
        this.objects.delete(name);
        response.writeHead(204).end();
        return;
      case 'POST': {
        const id = randomBytes(8).toString('hex');
        this.uploads.set(id, { name, parts: new Map(), begunAt: new Date() });
        succeed(
          response,
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
        return;
      }
      case 'PUT part': {
        const stored = storedOf(body);
        this.uploads.get(uploadId)?.parts.set(Number(query.get('partNumber')), stored);
        response.writeHead(this.uploads.has(uploadId) ? 200 : 404, { etag: stored.etag }).end();
        return;
      }
      case 'DELETE part':
        response.writeHead(this.uploads.delete(uploadId) ? 204 : 404).end();
        return;
      case 'POST part':
        this.#complete(name, uploadId, body.toString(), response);
        return;
      default:
        this.#show(this.objects.get(name), { request, body, mishap }, response);
    }
  }

  #complete(name: string, id: string, list: string, response: Answering): void {
    const upload = this.uploads.get(id);
    if (!upload) {
      fail(response, 404, 'NoSuchUpload');
      return;
    }
    const parts = [...list.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)].map(
      ([, number, etag]) => {
        const part = upload.parts.get(Number(number));
        return part && part.etag === etag?.replaceAll('&#34;', '"') ? part.body : undefined;
      },
    );
    const isSmall = parts.slice(0, -1).some((part) => part && part.length < this.minPartBytes);
    if (parts.length === 0 || parts.includes(undefined) || isSmall) {
      fail(response, 400, isSmall ? 'EntityTooSmall' : 'InvalidPart');
      return;
    }
    this.objects.set(name, storedOf(Buffer.concat(parts as Buffer[])));
    this.uploads.delete(id);
    succeed(response, '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
  }

  #show(stored: Stored | undefined, { request, mishap }: Asked, response: Answering): void {
    if (!stored) {
      fail(response, 404, 'NoSuchKey', request.method === 'HEAD');
      return;
    }
    const { range, 'if-match': expected } = request.headers;
    if (expected !== undefined && expected !== stored.etag) {
      fail(response, 412, 'PreconditionFailed');
      return;
    }
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const start = Number(first ?? 0);
    if (first !== undefined && start >= stored.body.length) {
      fail(response, 416, 'InvalidRange');
      return;
    }
    const body = stored.body.subarray(start, last ? Number(last) + 1 : undefined);
    response.writeHead(first === undefined ? 200 : 206, { etag: stored.etag, 'content-length': body.length });
    if (request.method === 'HEAD') response.end();
    else if (mishap?.cutAfterBytes === undefined) response.end(body);
    else
      response.write(body.subarray(0, mishap.cutAfterBytes), () => {
        // What was written has left before the connection ends.
        setImmediate(() => request.socket.destroy());
      });
  }
}

interface Asked {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly mishap?: S3Mishap | undefined;
}

/** What of an answer is used here. */
interface Answering {
  writeHead(status: number, headers?: Record<string, string | number>): Answering;
  write(body: Buffer, done: () => void): unknown;
  end(body?: string | Buffer): unknown;
}

/** The answer that nobody gets to see. */
class Swallowing implements Answering {
  constructor(readonly hidden: ServerResponse) {}
  writeHead(): this {
    return this;
  }
  write(_: Buffer, done: () => void): void {
    done();
  }
  end(): void {
    // Nothing is sent.
  }
}

function storedOf(body: Buffer): Stored {
  return { body, etag: `"${createHash('md5').update(body).digest('hex')}"`, modifiedAt: new Date() };
}

function succeed(response: Answering, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
}

function fail(response: Answering, status: number, code: string, isBare = false): void {
  const body = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>As told.</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(isBare ? undefined : body);
}
