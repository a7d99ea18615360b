import { setImmediate as letOthersRun } from 'node:timers/promises';
import { detect } from 'tinyld';
import { wordsOf } from '#common/text';
import { EmbeddingModel, type EmbedOptions } from '../../ports/embedding-model.port.js';
import { lengthOf } from './vectors.js';
import { type WordSum, WordVectors } from './word-vectors.js';

/** Passages take a quarter of a millisecond each. */
const BATCH_SIZE = 16;
/** The mean of more words tells less. */
const MAX_CHARACTERS = 8_000;
const LANGUAGE_CHARACTERS = 1_000;
const MAX_UNKNOWN_SHARE = 0.1;
/** Most English words are one piece, and those that are not are cut into few; of other languages neither is true. */
const ENGLISH_SHARE_OF_WHOLE_WORDS = 0.66;
const ENGLISH_CHARACTERS_PER_PIECE = 2.7;
/** A shorter sum holds nothing but what all texts have in common. */
const LEAST_LENGTH = 1e-6;

/**
 * The words of Universal Sentence Encoder lite, as vectors, and their weighted mean for a text ([ADR 12]). Nothing is
 * fetched: the weights come with the package. A question takes microseconds, so that no thread is needed.
 *
 * The words are English; texts in other languages give zeros.
 *
 * [ADR 12]: docs/adr/0012-local-embeddings-are-means-of-words.md
 */
export class LocalEmbeddingModel extends EmbeddingModel {
  readonly id = 'local/use-lite-words@1';
  readonly dimensions = 256;
  #words: Promise<WordVectors> | undefined;

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<Float32Array[]> {
    this.#words ??= WordVectors.load();
    const words = await this.#words;
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += BATCH_SIZE) {
      if (start > 0) await letOthersRun();
      signal?.throwIfAborted();
      for (const text of texts.slice(start, start + BATCH_SIZE)) vectors.push(vectorOf(text, words));
    }
    return vectors;
  }
}

function vectorOf(text: string, vectors: WordVectors): Float32Array {
  const cut = text.slice(0, MAX_CHARACTERS);
  const words = wordsOf(cut);
  const sum = vectors.sumOf(words);
  const length = lengthOf(sum.vector);
  const scale = length > LEAST_LENGTH && isEnglish(cut, words, sum) ? 1 / length : 0;
  return sum.vector.map((value) => value * scale);
}

/** Pieces of words in other languages are those of short English ones: all texts would seem to be about one thing. */
function isEnglish(text: string, words: readonly string[], { pieces, unknown, whole }: WordSum): boolean {
  if (unknown / pieces >= MAX_UNKNOWN_SHARE) return false;
  if (whole / words.length >= ENGLISH_SHARE_OF_WHOLE_WORDS) return true;
  const characters = words.reduce((sum, { length }) => sum + length, 0);
  if (characters / pieces >= ENGLISH_CHARACTERS_PER_PIECE) return true;
  const language = detect(text.slice(0, LANGUAGE_CHARACTERS));
  return language === '' || language === 'en';
}
