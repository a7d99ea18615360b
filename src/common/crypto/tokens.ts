import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random token of 256 bits with a prefix that tells what it is (`cq_key_…`). */
export function newToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token: its SHA-256. Enough for random tokens, which cannot be guessed from a dictionary. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares two hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
