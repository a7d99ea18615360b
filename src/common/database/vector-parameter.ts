const HEADER_BYTES = 4;

/**
 * A vector as a parameter of a statement. A server gets the bytes that pgvector keeps, which nobody has to write out and
 * read as numbers; the embedded database, which takes texts only, gets the text.
 */
export class VectorParameter {
  constructor(private readonly vector: Float32Array) {}

  /** Called by `pg`, which sends a buffer as it is. The form is that of pgvector's `vector_recv`: count, zero, floats. */
  toPostgres(): Buffer {
    const { vector } = this;
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + vector.length * Float32Array.BYTES_PER_ELEMENT);
    bytes.writeUInt16BE(vector.length, 0);
    bytes.writeUInt16BE(0, 2);
    vector.forEach((value, index) => {
      bytes.writeFloatBE(value, HEADER_BYTES + index * Float32Array.BYTES_PER_ELEMENT);
    });
    return bytes;
  }

  /** With as many digits as the database keeps; all that a double shows would take twice as long to read. */
  toString(): string {
    return `[${Array.from(this.vector, (value) => value.toPrecision(7)).join(',')}]`;
  }
}
