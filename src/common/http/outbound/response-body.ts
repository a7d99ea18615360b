import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib';
import { AnyInflate } from './any-inflate.js';
import { OutboundProtocolError, OutboundTooLarge } from './outbound.errors.js';

/** What is asked for, and all that is understood. */
export const acceptedEncodings = 'gzip, deflate, br';

const maxEncodings = 3;
// Passes on at once what can be read, and takes a stream that lacks its trailer, as browsers do.
const zlibOptions = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const brotliOptions = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

/** An answer's body as it came over the wire, and what is needed to read it. */
export interface EncodedBody {
  readonly host: string;
  readonly stream: Readable;
  readonly contentEncoding: string | undefined;
  readonly contentLength: string | undefined;
}

/**
 * The decompressed body. It fails as soon as more than `maxBytes` have come out of it, or into it.
 *
 * Destroying it, or a failure anywhere, closes the connection.
 *
 * @throws OutboundTooLarge when the announced length is too large already.
 * @throws OutboundProtocolError on a compression that was not asked for.
 */
export function decodedBody(body: EncodedBody, maxBytes: number): Readable {
  if (Number(body.contentLength) > maxBytes) {
    throw new OutboundTooLarge(body.host, maxBytes);
  }
  const incoming = new ByteLimit(maxBytes, body.host);
  const decoded = new ByteLimit(maxBytes, body.host);
  // Failures reach the reader through the last stage.
  pipeline([body.stream, incoming, ...decodersFor(body), decoded], () => undefined);
  return decoded;
}

/** Whether a body came as it is. */
export function isPlain({ contentEncoding = '' }: EncodedBody): boolean {
  return contentEncoding === '' || contentEncoding.toLowerCase() === 'identity';
}

/** Closes the connection of a body that nobody wants to read. */
export function discard(stream: Readable): void {
  stream.on('error', () => undefined).destroy();
}

function decodersFor({ contentEncoding, host }: EncodedBody): Transform[] {
  const encodings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
  if (encodings.length > maxEncodings) {
    throw new OutboundProtocolError(host, 'compressed its answer too many times');
  }
  return encodings.reverse().map((encoding) => decoderFor(encoding, host));
}

function decoderFor(encoding: string, host: string): Transform {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(zlibOptions);
    case 'deflate':
      return new AnyInflate(zlibOptions);
    case 'br':
      return createBrotliDecompress(brotliOptions);
    default:
      throw new OutboundProtocolError(host, 'compressed its answer in a way that is not supported');
  }
}

/** Passes bytes on until there are too many. */
class ByteLimit extends Transform {
  #bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly host: string,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.maxBytes) {
      done(new OutboundTooLarge(this.host, this.maxBytes));
    } else {
      done(null, chunk);
    }
  }
}
