/** A vector as the database keeps it, in base64. */
export function bytesOf(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** What `encode(vector, 'base64')` gives. */
export function vectorOf(base64: string | null): Float32Array | null {
  if (base64 === null) return null;
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}
