import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES_AN_ID = 16;
/** Asking the system for random bytes takes longer than all else about an id. */
const pool = Buffer.alloc(256 * BYTES_AN_ID);
let poolOffset = pool.length;
let lastMs = 0;
let sequence = 0;

function randomBytes(): Buffer {
  if (poolOffset === pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  poolOffset += BYTES_AN_ID;
  return pool.subarray(poolOffset - BYTES_AN_ID, poolOffset);
}

/** When a row was made, by its id (UUIDv7): it tells so before the row is there. */
export function madeAt(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

/** A new id of a row that was made at another time, such as one that is imported. In no order within its millisecond. */
export function newIdAt(ms: number): string {
  return v7({ random: Uint8Array.from(randomBytes()), msecs: ms });
}

/** The lowest id that could be made at this time, of any version: bounds stretches of ids by time. */
export function firstIdAt(ms: number): string {
  const time = Math.floor(Math.min(Math.max(0, ms), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}

/**
 * A new row id: UUIDv7, so that ids of one process sort by the order in which they were made. Within a millisecond a
 * sequence counts on (RFC 9562, 6.2, method 1), and so it does when the clock goes back.
 */
export function newId(): string {
  const random = randomBytes();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // The highest bit stays free to count into.
    sequence = random.readUInt32BE(0) >>> 1;
  } else {
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) lastMs += 1;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}
