import type { Random } from './random.js';

/** A UUIDv7 out of the given chance, which names no row. */
export function randomUUIDv7(random: Random): string {
  const digits = Array.from({ length: 30 }, () => random.int(0, 15).toString(16)).join('');
  const [time, low, a, b] = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 15),
    digits.slice(15, 18),
  ];
  return `${time}-${low}-7${a}-8${b}-${digits.slice(18)}`;
}
