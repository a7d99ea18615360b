import { describe, expect, it } from '@jest/globals';
import { LocalEmbeddingModel } from './local.embedding-model.js';

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return a && b ? a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0) : NaN;
}

describe('the local embedding model', () => {
  const model = new LocalEmbeddingModel();

  it('puts texts near each other that mean the same', async () => {
    const [question, near, far] = await model.embed([
      'How long is the warranty of the bike?',
      'Bicycles come with two years of warranty.',
      'The train to Munich leaves at eight.',
    ]);

    expect(cosine(question, near)).toBeGreaterThan(0.5);
    expect(cosine(question, far)).toBeLessThan(0.4);
  });

  it.each([
    ['Japanese', '保証期間はどのくらいですか', '電車は八時に出発します。'],
    ['Russian', 'Какой срок гарантии на велосипед?', 'Поезд в Москву отправляется в восемь часов.'],
    ['German', 'Wie lange ist die Garantie auf das Fahrrad?', 'Der Zug nach München fährt um acht Uhr ab.'],
    ['no words at all', '🚲 + 🔧 = ?', '— … —'],
  ])('gives zeros for what is said in %s, which it cannot read', async (_, one, other) => {
    const vectors = await model.embed([one, other]);

    expect(vectors.every((vector) => vector.every((value) => value === 0))).toBe(true);
  });

  it('gives a text the same vector again, whatever it is embedded with', async () => {
    const [alone] = await model.embed(['Bicycles come with two years of warranty.']);
    const [, together] = await new LocalEmbeddingModel().embed([
      'The train to Munich leaves at eight.',
      'Bicycles come with two years of warranty.',
    ]);

    expect(together).toEqual(alone);
  });

  it('stops between batches when aborted', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `Sentence number ${String(index)}.`);

    await expect(model.embed(texts, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    );
  });
});
