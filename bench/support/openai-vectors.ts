/** As many numbers as those of `text-embedding-3-small`. */
const DIMENSIONS = 1_536;
/** Places that a word changes, so that two words seldom share any. */
const PLACES_A_WORD = 24;
/** What all texts have in common: real models put any two English texts at an angle well below a right one. */
const COMMON = 0.25;

/**
 * A vector in the manner of feature hashing (Weinberger et al. 2009): texts are as near as they share words. So searches
 * have something to find, as with a real model.
 */
export function openaiVectorOf(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS).fill(0);
  for (const word of new Set(text.toLowerCase().match(/[a-z0-9]{4,}/g))) add(vector, word, PLACES_A_WORD, 1);
  // No two numbers of a real vector are the same, so that none can be compressed.
  add(vector, text, 2 * DIMENSIONS, 0.01);
  const length = Math.hypot(...vector) || 1;
  const common = Math.sqrt(COMMON / DIMENSIONS);
  return vector.map((value) => common + (value * Math.sqrt(1 - COMMON)) / length);
}

function add(vector: Float32Array, word: string, places: number, most: number): void {
  let seed = 2_166_136_261;
  for (const character of word) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 16_777_619);
  for (let place = 0; place < places; place += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
    const at = (seed >>> 8) % DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + (most * seed) / 2 ** 31;
  }
}
