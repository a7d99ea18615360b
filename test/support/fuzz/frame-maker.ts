import { gzipSync } from 'node:zlib';
import type { DescribedOperation } from './described-api.js';
import type { Kind } from './fuzz-call.js';
import { ACCEPTS, FREE_HEADERS, JSON_TYPES, OTHER_TYPES } from './fuzz-samples.js';
import type { Random } from './random.js';
import { randomUUIDv7 } from './random-uuid.js';
import type { ValueMaker } from './value-maker.js';
import { headerText } from './wire-text.js';

/** How a request goes over the wire: its headers and the bytes of its body. */
export class FrameMaker {
  constructor(private readonly values: ValueMaker) {}

  make(
    text: string | undefined,
    kind: Kind,
    random: Random,
  ): { headers: Record<string, string>; bytes?: Uint8Array } {
    if (text === undefined) return { headers: {} };
    const { encoding, bytes } = this.#packed(Buffer.from(text), kind, random);
    const type = this.#contentType(kind, random);
    return {
      headers: {
        ...(type === '' ? {} : { 'content-type': type }),
        ...(encoding ? { 'content-encoding': encoding } : {}),
        // Node frames by itself only where a body is usual.
        ...(random.chance(0.7)
          ? { 'content-length': String(bytes.length) }
          : { 'transfer-encoding': 'chunked' }),
      },
      bytes,
    };
  }

  #packed(bytes: Buffer, kind: Kind, random: Random): { encoding?: string; bytes: Uint8Array } {
    if (random.chance(0.05)) return { encoding: 'gzip', bytes: gzipSync(bytes) };
    if (kind === 'valid' || random.chance(0.97)) return { bytes };
    return { encoding: random.pick(['gzip', 'br', 'snappy', 'x', 'identity']), bytes };
  }

  #contentType(kind: Kind, random: Random): string {
    if (kind === 'valid' || random.chance(0.88)) return 'application/json';
    return random.weighted([
      [3, random.pick(OTHER_TYPES)],
      [1, random.pick(JSON_TYPES)],
      [2, headerText(this.values.hostileText(random))],
    ]);
  }

  freeHeaders(operation: DescribedOperation, kind: Kind, random: Random): Record<string, string> {
    const headers: Record<string, string> = {};
    if (random.chance(0.3)) headers['accept'] = random.pick(ACCEPTS);
    if (canStream(operation) && random.chance(0.5)) headers['accept'] = 'text/event-stream';
    if (random.chance(0.05)) headers['if-none-match'] = random.pick(['*', '"x"', 'W/"x"']);
    if (random.chance(0.03)) headers['range'] = random.pick(['bytes=0-1', 'bytes=-5', 'x']);
    if (operation.method === 'POST' && random.chance(0.15)) {
      headers['idempotency-key'] = random.chance(0.5)
        ? `key-${String(random.int(1, 12))}`
        : randomUUIDv7(random);
    }
    if (kind === 'valid' || kind === 'odd') return headers;
    const probability = kind === 'hostile' ? 0.1 : 0.02;
    for (const name of random.some(FREE_HEADERS, probability))
      headers[name] = headerText(this.values.hostileText(random));
    return headers;
  }
}

function canStream({ responses }: DescribedOperation): boolean {
  return Object.keys(responses['200']?.content ?? {}).includes('text/event-stream');
}
