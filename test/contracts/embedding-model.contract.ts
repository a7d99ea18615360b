import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EmbeddingModel } from '../../src/modules/providers/ports/embedding-model.port.js';

/** An embedding model to be held to its port. */
export interface EmbeddingModelSubject {
  readonly model: EmbeddingModel;
  close?(): Promise<void>;
}

/** What every `EmbeddingModel` promises. */
export function describeEmbeddingModel(name: string, open: () => Promise<EmbeddingModelSubject>): void {
  describe(`${name} as an EmbeddingModel`, () => {
    let subject: EmbeddingModelSubject;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close?.());

    it('is named by provider, model and version', () => {
      expect(subject.model.id).toMatch(/^[\w.-]+\/[\w.-]+@\d+$/);
    });

    it('gives one unit vector of its length for each text', async () => {
      const vectors = await subject.model.embed(['The museum opens at nine.', 'Tickets cost ten euros.']);

      expect(vectors.map(({ length }) => length)).toEqual(Array(2).fill(subject.model.dimensions));
      vectors.forEach((vector) => {
        // Not `toBeInstanceOf`: jest's global classes are not those of worker threads.
        expect(Object.prototype.toString.call(vector)).toBe('[object Float32Array]');
        expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      });
    });

    it('gives nothing for nothing', async () => {
      await expect(subject.model.embed([])).resolves.toEqual([]);
    });

    it('keeps the order of many texts', async () => {
      const texts = Array.from(
        { length: 250 },
        (_, index) => `Room ${index % 10} holds ${index % 10} paintings.`,
      );

      const vectors = await subject.model.embed(texts);

      expect(vectors).toHaveLength(texts.length);
      vectors.forEach((vector, index) => {
        expect(cosine(vector, vectors[index % 10])).toBeGreaterThan(0.999);
      });
    });

    it('gives unit vectors, or zeros for what it cannot read, for empty, odd and very long texts', async () => {
      const odd = ['', ' \n\t ', 'a\u0000b \uD800 \u202E', '👩‍🚒', 'word '.repeat(20_000)];

      const vectors = await subject.model.embed(odd);

      expect(vectors).toHaveLength(odd.length);
      vectors.forEach((vector) => expect(['0.000', '1.000']).toContain(Math.hypot(...vector).toFixed(3)));
    });

    it('throws the reason of an abort', async () => {
      const reason = new Error('no longer wanted');

      await expect(subject.model.embed(['text'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });
}

function cosine(a: Float32Array, b: Float32Array | undefined): number {
  return a.reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);
}
