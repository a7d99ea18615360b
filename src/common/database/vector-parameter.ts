const HEADER_BYTES = 4;

/**
 * A vector as a parameter of a statement. A server gets the bytes that pgvector keeps, which nobody has to write out and
 * read as numbers; the embedded database, which takes texts only, gets the text.
 */
export class VectorParameter {
  constructor(private readonly vector: Float32Array) {}

  /** Called by `pg`, which sends a buffer as it is. The form is that of pgvector's `vector_recv`: count, zero, floats. */
  toPostgres(): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(this.vector.length, 0);
    return Buffer.concat([header, Buffer.from(this.vector.slice().buffer).swap32()]);
  }

  /** With as many digits as the database keeps; all that a double shows would take twice as long to read. */
  toString(): string {
    return `[${Array.from(this.vector, (value) => value.toPrecision(7)).join(',')}]`;
  }
}

/** The numbers of a vector in the form of pgvector's `vector_send`, which is that of `vector_recv`. */
export function sentVector(sent: Uint8Array): Float32Array {
  const floats = new Uint8Array(sent.subarray(HEADER_BYTES));
  Buffer.from(floats.buffer).swap32();
  return new Float32Array(floats.buffer);
}
