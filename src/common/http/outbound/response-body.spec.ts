import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { OutboundProtocolError, OutboundTooLarge } from './outbound.errors.js';
import { decodedBody, type EncodedBody } from './response-body.js';

const text = Buffer.from('something to say '.repeat(500));

function bodyOf(bytes: Uint8Array, contentEncoding?: string, contentLength?: string): EncodedBody {
  return { host: 'host', stream: Readable.from([bytes]), contentEncoding, contentLength };
}

describe('decodedBody', () => {
  it.each([
    ['nothing', undefined, text],
    ['identity', 'identity', text],
    ['gzip', 'gzip', gzipSync(text)],
    ['gzip by its old name', 'X-GZIP', gzipSync(text)],
    ['gzip without its trailer', 'gzip', gzipSync(text).subarray(0, -8)],
    ['deflate', 'deflate', deflateSync(text)],
    ['deflate without a header', 'deflate', deflateRawSync(text)],
    ['brotli', 'br', brotliCompressSync(text)],
    ['two in a row', 'deflate, gzip', gzipSync(deflateSync(text))],
  ])('reads a body compressed by %s', async (_name, encoding, bytes) => {
    const decoded = await buffer(decodedBody(bodyOf(bytes, encoding), text.length));

    expect(decoded.equals(text)).toBe(true);
  });

  it.each(['gzip', 'deflate', 'br', 'identity'])(
    'reads an empty body that is said to be %s',
    async (encoding) => {
      const empty = { ...bodyOf(text, encoding), stream: Readable.from([]) };

      await expect(buffer(decodedBody(empty, 10))).resolves.toHaveLength(0);
    },
  );

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('stops a %s bomb soon after the limit', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(100_000_000));
    const heapBefore = process.memoryUsage().arrayBuffers;

    const reading = buffer(decodedBody(bodyOf(bomb, encoding), 1_000_000));

    await expect(reading).rejects.toBeInstanceOf(OutboundTooLarge);
    expect(process.memoryUsage().arrayBuffers - heapBefore).toBeLessThan(20_000_000);
  });

  it('stops a bomb within a bomb', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(100_000_000)));

    const reading = buffer(decodedBody(bodyOf(bomb, 'gzip, gzip'), 1_000_000));

    await expect(reading).rejects.toBeInstanceOf(OutboundTooLarge);
  });

  it('stops a compressed stream that never yields anything', async () => {
    const endlessFileName = Readable.from(
      (function* () {
        yield Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]);
        while (true) {
          yield Buffer.alloc(65_536, 'a');
        }
      })(),
    );

    const reading = buffer(decodedBody({ ...bodyOf(text, 'gzip'), stream: endlessFileName }, 1_000_000));

    await expect(reading).rejects.toBeInstanceOf(OutboundTooLarge);
    expect(endlessFileName.destroyed).toBe(true);
  });

  it('takes a body of just the limit', async () => {
    await expect(buffer(decodedBody(bodyOf(text), text.length))).resolves.toHaveLength(text.length);
    await expect(buffer(decodedBody(bodyOf(text), text.length - 1))).rejects.toBeInstanceOf(OutboundTooLarge);
  });

  it('refuses a length that is too large before reading', () => {
    expect(() => decodedBody(bodyOf(text, undefined, '1001'), 1_000)).toThrow(OutboundTooLarge);
  });

  it.each(['zstd', 'compress', 'gzip, gzip, gzip, gzip'])('refuses the encoding "%s"', (encoding) => {
    expect(() => decodedBody(bodyOf(text, encoding), 1_000)).toThrow(OutboundProtocolError);
  });

  it.each(['gzip', 'deflate', 'br'])(
    'fails on a body that is not the %s it claims to be',
    async (encoding) => {
      await expect(buffer(decodedBody(bodyOf(text, encoding), 100_000))).rejects.toHaveProperty('code');
    },
  );
});
