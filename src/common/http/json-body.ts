import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BadRequestException, PayloadTooLargeException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** With other methods a body has no meaning, and nobody looks at it. */
export const METHODS_WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH'];
/** Whoever still sends when the answer is there gets this long to notice it; then the connection ends. */
const LINGER_MS = 5_000;

/** Says of a path whether its route reads a form by itself, see `FormBody`. */
export type TakesForm = (path: string) => boolean;

/**
 * Reads JSON into `request.body`.
 *
 * Refuses what is too large, packed in an unknown way or no JSON as soon as that is known: no more than `limitBytes`
 * are held, before and after unpacking, and the answer does not wait for the rest of the body.
 *
 * @param ownBodies paths of routes that read their bodies themselves, see `ByteBody`.
 */
export function readsJsonBody(
  limitBytes: number,
  takesForm: TakesForm = () => false,
  ownBodies: readonly RegExp[] = [],
): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (takesForm(request.path) && isForm(request)) {
      // Whoever is refused before the form was read may still be sending it.
      response.once('finish', () => {
        linger(request);
      });
      next();
      return;
    }
    const isOwn = ownBodies.some((path) => path.test(request.path));
    if (isOwn || !METHODS_WITH_BODY.includes(request.method) || !hasBody(request)) {
      next();
      return;
    }
    readBody(request, limitBytes).then(
      (body) => {
        request.body = body;
        next();
      },
      (error: unknown) => {
        linger(request);
        next(error);
      },
    );
  };
}

export function isForm(request: Request): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function readBody(request: Request, limitBytes: number): Promise<unknown> {
  if (!isJson(request)) throw new UnsupportedMediaTypeException();
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw new PayloadTooLargeException();
  const bytes = await new BodyReading(request, limitBytes, decoderFor(request)).bytes;
  return bytes.length === 0 ? undefined : parsed(bytes);
}

/** JSON in UTF-8, the only one there is (RFC 8259). */
function isJson(request: Request): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  return Boolean(request.is('application/json')) && /^utf-?8$/i.test(charset ?? 'utf-8');
}

function decoderFor({ headers }: Request): Transform | undefined {
  switch (headers['content-encoding']?.trim().toLowerCase() ?? 'identity') {
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new UnsupportedMediaTypeException();
  }
}

function parsed(bytes: Buffer): unknown {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new BadRequestException(undefined, { cause });
  }
  if (typeof body !== 'object' || body === null) throw new BadRequestException();
  return body;
}

/** Collects a body, and lets go of it as soon as it is too large or cannot be read. */
class BodyReading {
  readonly #settled = Promise.withResolvers<Buffer>();
  readonly #chunks: Buffer[] = [];
  #isOver = false;

  constructor(
    private readonly request: Request,
    private readonly limitBytes: number,
    private readonly decoder?: Transform,
  ) {
    const source = decoder ? request.pipe(decoder) : request;
    const isWithin = this.#counter();
    source.on('data', (chunk: Buffer) => {
      if (isWithin(chunk)) this.#chunks.push(chunk);
    });
    // Packed bytes may be as many as one likes and still unpack to nothing.
    if (decoder) request.on('data', this.#counter());
    source.once('end', this.#onEnd).on('error', this.#onUnreadable);
    // A body that has come as a whole may still be unpacked.
    request.once('close', () => {
      if (!request.complete) this.#onUnreadable();
    });
  }

  get bytes(): Promise<Buffer> {
    return this.#settled.promise;
  }

  readonly #onEnd = (): void => {
    this.#isOver = true;
    this.#settled.resolve(Buffer.concat(this.#chunks));
  };

  readonly #onUnreadable = (): void => {
    this.#fail(new BadRequestException());
  };

  #counter(): (chunk: Buffer) => boolean {
    let size = 0;
    return (chunk) => {
      size += chunk.length;
      if (size > this.limitBytes) this.#fail(new PayloadTooLargeException());
      return !this.#isOver;
    };
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#chunks.length = 0;
    if (this.decoder) this.request.unpipe(this.decoder);
    this.decoder?.destroy();
    this.#settled.reject(error);
  }
}

/** Throws away what still comes, so that the answer can be read, but not for ever. */
export function linger(request: Request): void {
  if (request.complete || request.destroyed) return;
  const limit = setTimeout(() => request.destroy(), LINGER_MS).unref();
  request
    .on('error', () => undefined)
    .once('close', () => {
      clearTimeout(limit);
    });
  request.resume();
}
