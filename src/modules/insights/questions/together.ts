/** How much the words count beside the sentence. */
const WORDS_WEIGHT = 0.5;

/** A sentence and its words as one vector: of unit length, or all zeros where the words are of no language that the models know. */
export function together(sentence: Float32Array, words: Float32Array): Float32Array {
  const all = new Float32Array(sentence.length + words.length);
  if (!words.some((value) => value !== 0)) return all;
  const scale = 1 / Math.sqrt(1 + WORDS_WEIGHT ** 2);
  all.set(sentence.map((value) => value * scale));
  all.set(
    words.map((value) => value * WORDS_WEIGHT * scale),
    sentence.length,
  );
  return all;
}
