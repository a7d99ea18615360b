import { Transform, type TransformCallback } from 'node:stream';
import { createInflate, createInflateRaw, type Inflate, type InflateRaw, type ZlibOptions } from 'node:zlib';

const deflateMethod = 8;

/** Reads `content-encoding: deflate`, which some servers send with the zlib header it should have, some without. */
export class AnyInflate extends Transform {
  #inflate: Inflate | InflateRaw | undefined;

  constructor(private readonly zlibOptions: ZlibOptions) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#inflate ??= this.#inflateFor(chunk);
    this.#inflate.write(chunk, done);
  }

  override _flush(done: TransformCallback): void {
    if (this.#inflate) {
      this.#inflate.once('end', () => done()).end();
    } else {
      done();
    }
  }

  override _read(size: number): void {
    this.#inflate?.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inflate?.destroy();
    super._destroy(error, done);
  }

  #inflateFor(firstChunk: Buffer): Inflate | InflateRaw {
    const hasHeader = (firstChunk.readUInt8(0) & 0x0f) === deflateMethod;
    const inflate = hasHeader ? createInflate(this.zlibOptions) : createInflateRaw(this.zlibOptions);
    inflate.on('error', (error) => this.destroy(error));
    inflate.on('data', (chunk: Buffer) => {
      // Without the pause a small chunk that inflates to a huge one would be held in memory as a whole.
      if (!this.push(chunk)) {
        inflate.pause();
      }
    });
    return inflate;
  }
}
