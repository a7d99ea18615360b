const FIRST_BYTES = 262_144;
/** Up to this length, bytes are copied faster one by one than by a call. */
const SHORT = 64;

/**
 * Bytes that are put together, as many as come, always in the same memory: very much that is taken anew makes the collector
 * look through the whole heap again and again.
 */
export class ByteSink {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Where to write, once there is room for so many bytes more; tell what was written by `advance`. */
  room(bytes: number): Buffer {
    const needed = this.#length + bytes;
    if (needed > this.#bytes.length) {
      const { buffer } = this.#bytes;
      this.#bytes = Buffer.from(buffer.transfer(Math.max(needed, 2 * buffer.byteLength)));
    }
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** @param length that of all there is now. */
  advance(length: number): void {
    this.#length = length;
  }

  put(source: Buffer, from: number, to: number): void {
    const bytes = this.room(to - from);
    if (to - from > SHORT) {
      this.#length += source.copy(bytes, this.#length, from, to);
      return;
    }
    let at = this.#length;
    for (let index = from; index < to; index += 1) bytes[at++] = source[index] ?? 0;
    this.#length = at;
  }

  byte(byte: number): void {
    this.room(1)[this.#length++] = byte;
  }

  /** @param text of ASCII only. */
  ascii(text: string): void {
    const bytes = this.room(text.length);
    let at = this.#length;
    for (let index = 0; index < text.length; index += 1) bytes[at++] = text.charCodeAt(index);
    this.#length = at;
  }

  /** All there is, until more is put in. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }
}
