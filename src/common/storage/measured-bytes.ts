import { createHash, type Hash } from 'node:crypto';
import { FileTooLarge } from './storage.errors.js';
import type { KeptFile } from './ports/file-store.port.js';

/** Measures what passes, up to a limit. */
export class MeasuredBytes {
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws FileTooLarge; whatever the source throws. */
  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.maxBytes) throw new FileTooLarge(this.maxBytes);
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /** Once, when all has passed. */
  result(): KeptFile {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
