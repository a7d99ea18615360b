/** Words of this frequency count half: `about` and `time` are near it. Measured by bench/embed.ts, on a plateau. */
const HALF_WEIGHT_FREQUENCY = 1e-4;

/** How much a word or a piece of one says: near 1 for most, near 0 for `the`. */
export function rarityOf(logFrequency: number): number {
  return HALF_WEIGHT_FREQUENCY / (HALF_WEIGHT_FREQUENCY + Math.exp(logFrequency));
}
