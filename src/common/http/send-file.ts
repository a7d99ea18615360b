import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Response } from 'express';

/** A file on its way out. */
export interface SentFile {
  readonly mediaType: string;
  /** `Content-Disposition`. */
  readonly disposition: string;
  readonly etag: string;
  readonly sha256: string;
  /** Of all of the file. */
  readonly bytes: number;
  /** The part that is sent, `end` not included; null for all of it. */
  readonly range: { readonly start: number; readonly end: number } | null;
  /** Null where only the head is to be sent. */
  readonly content: Readable | null;
}

/**
 * Sends a file, or a part of it (RFC 9110). What fails before the first byte is thrown; what fails later ends the
 * connection, so that nobody takes a piece for the whole.
 */
export async function sendFile(response: Response, file: SentFile): Promise<void> {
  const { bytes, range, content, etag } = file;
  const chunks = content?.iterator() as AsyncIterator<Uint8Array> | undefined;
  const first = await chunks?.next();
  // A client would wait for what is missing.
  response.strictContentLength = true;
  response
    .status(range ? 206 : 200)
    .setHeader('Content-Type', file.mediaType)
    .setHeader('Content-Disposition', file.disposition)
    .setHeader('Content-Length', range ? range.end - range.start : bytes)
    .setHeader('Accept-Ranges', 'bytes')
    .setHeader('ETag', etag)
    .setHeader('Repr-Digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`);
  if (range)
    response.setHeader(
      'Content-Range',
      `bytes ${String(range.start)}-${String(range.end - 1)}/${String(bytes)}`,
    );
  if (!chunks || !first || first.done) {
    response.end();
    return;
  }
  // The client went away, or the source broke off: either way the connection is over, and there is nobody to tell.
  await pipeline(joined(first.value, chunks), response).catch(() => undefined);
}

async function* joined<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}
