import { createHash } from 'node:crypto';
import { EmbeddingModel, type EmbedOptions } from '../../src/modules/providers/ports/embedding-model.port.js';

/** What it says that it has read. */
export const TOKENS_A_TEXT = 10;

/** An embedding model that knows words but no meanings: texts with common words are near each other. */
export class FakeEmbeddingModel extends EmbeddingModel {
  /** Every text that was embedded, in order. */
  readonly embedded: string[] = [];

  constructor(
    readonly id = 'fake/bag-of-words@1',
    readonly dimensions = 64,
  ) {
    super();
  }

  embed(texts: readonly string[], { signal, onTokens }: EmbedOptions = {}): Promise<Float32Array[]> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    this.embedded.push(...texts);
    onTokens?.(texts.length * TOKENS_A_TEXT);
    return Promise.resolve(texts.map((text) => this.#vectorOf(text)));
  }

  #vectorOf(text: string): Float32Array {
    const vector = new Float32Array(this.dimensions);
    // No text is without a direction.
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [''];
    for (const word of words) {
      const place = createHash('sha1').update(word).digest().readUInt32BE(0) % this.dimensions;
      vector[place] = (vector[place] ?? 0) + 1;
    }
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  }
}
