import { COMMON_DIRECTIONS } from './common-directions.js';
import { PieceTable } from './piece-table.js';
import { rarityOf } from './rarity.js';
import { addScaled, dot, lengthOf } from './vectors.js';
import { cutWord } from './word-pieces.js';

/** The sum of the vectors of a text's words, and how much of the text was understood. */
export interface WordSum {
  /** Of any length, zero included. */
  readonly vector: Float32Array;
  readonly pieces: number;
  /** Pieces that the vocabulary lacks. */
  readonly unknown: number;
  /** Words that are one piece. */
  readonly whole: number;
}

/** A word as the places of its pieces in the table, and what their sum is multiplied with. */
interface KnownWord {
  readonly ids: readonly number[];
  readonly scale: number;
  readonly unknown: number;
}

const MAX_REMEMBERED = 20_000;

/**
 * Vectors of words: the mean of those of their pieces, the rarer a piece the weightier. They are added up, the rarer
 * a word the weightier, and what all English texts have in common is taken out of the sum.
 *
 * Rarity is that of the model's vocabulary and not of the texts at hand, so that vectors of different days compare.
 */
export class WordVectors {
  readonly #remembered = new Map<string, KnownWord>();

  private constructor(private readonly table: PieceTable) {}

  static async load(): Promise<WordVectors> {
    const table = await PieceTable.load();
    for (const { id, logFrequency } of table.pieces.values()) {
      const vector = table.vectorOf(id);
      const weight = rarityOf(logFrequency);
      vector.forEach((value, axis) => (vector[axis] = value * weight));
    }
    return new WordVectors(table);
  }

  get dimensions(): number {
    return this.table.dimensions;
  }

  sumOf(words: readonly string[]): WordSum {
    const vector = new Float32Array(this.dimensions);
    let [pieces, unknown, whole] = [0, 0, 0];
    for (const word of words) {
      const known = this.#know(word);
      pieces += known.ids.length + known.unknown;
      unknown += known.unknown;
      if (known.ids.length === 1 && known.unknown === 0) whole += 1;
      for (const id of known.ids) addScaled(vector, this.table.vectorOf(id), known.scale);
    }
    for (const direction of COMMON_DIRECTIONS) addScaled(vector, direction, -dot(vector, direction));
    return { vector, pieces, unknown, whole };
  }

  #know(word: string): KnownWord {
    const remembered = this.#remembered.get(word);
    if (remembered) return remembered;
    const { pieces, logFrequency } = cutWord(word, this.table.pieces);
    const ids = pieces.flatMap((piece) => piece?.id ?? []);
    const sum = new Float32Array(this.dimensions);
    for (const id of ids) addScaled(sum, this.table.vectorOf(id), 1);
    const scale = rarityOf(logFrequency) / Math.max(Number.EPSILON, lengthOf(sum));
    const known = { ids, scale, unknown: pieces.length - ids.length };
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(word, known);
    return known;
  }
}
