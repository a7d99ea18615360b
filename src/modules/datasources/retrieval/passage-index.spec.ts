import { describe, expect, it } from '@jest/globals';
import { PassageIndex, type StoredPassage } from './passage-index.js';
import type { SearchQuery } from './retrieval-statements.js';

const MODEL = 'fake/model@1';
const NO_WEIGHTS = new Map<string, number>();

const passage = (chunkId: string, lexemes: string, more: Partial<StoredPassage> = {}): StoredPassage => ({
  ...{ chunkId, lexemes, documentId: 'd', datasourceId: 's', title: 'T', text: chunkId, headingPath: [] },
  ...{ url: null, location: null, rowId: null, language: 'en', termCount: 4 },
  ...more,
});
const indexOf = (...passages: readonly (readonly [StoredPassage, readonly number[]])[]): PassageIndex => {
  const index = new PassageIndex(MODEL, 2, passages.length);
  passages.forEach(([one, vector]) => {
    index.add(one, Float32Array.from(vector));
  });
  return index;
};
const query = (more: Partial<SearchQuery>): SearchQuery => ({
  ...{ terms: [], corpus: { passages: 5, meanTerms: 4 }, topK: 5 },
  ...more,
});
const question = (...numbers: readonly number[]) => ({ model: MODEL, vector: Float32Array.from(numbers) });

describe('PassageIndex', () => {
  it('finds what holds a term, best first, and says how many passages hold each', () => {
    const index = indexOf(
      [passage('a', "'lamp':1 'oil':2,3"), [1, 0]],
      [passage('b', "'price':1"), [1, 0]],
      [passage('c', "'oil':4"), [1, 0]],
    );

    const { passages, frequencies } = index.search(query({ terms: ['oil', 'lamp', 'ghost'] }), NO_WEIGHTS);

    expect(passages.map(({ chunkId }) => chunkId)).toEqual(['a', 'c']);
    expect(frequencies).toEqual([2, 1, 0]);
    expect(passages[0]?.cosine).toBeNull();
  });

  it('tells words of different languages apart', () => {
    const index = indexOf([passage('a', "'de:haus':1"), [1, 0]], [passage('b', "'haus':1"), [1, 0]]);

    const { passages } = index.search(query({ terms: ['de:haus'] }), NO_WEIGHTS);

    expect(passages.map(({ chunkId }) => chunkId)).toEqual(['a']);
  });

  it('prefers the shorter of passages that hold a term as often, and of equal ones the first', () => {
    const index = indexOf(
      [passage('a', "'oil':1", { termCount: 40 }), [1, 0]],
      [passage('b', "'oil':1"), [1, 0]],
      [passage('c', "'oil':1"), [1, 0]],
    );

    const { passages } = index.search(query({ terms: ['oil'] }), NO_WEIGHTS);

    expect(passages.map(({ chunkId }) => chunkId)).toEqual(['b', 'c', 'a']);
  });

  it('finds the twelve that are nearest in meaning, whatever the length of their vectors', () => {
    const index = indexOf(
      ...Array.from({ length: 30 }, (_, place) => {
        const angle = (place * Math.PI) / 60;
        return [passage(`p${String(place)}`, ''), [9 * Math.cos(angle), 9 * Math.sin(angle)]] as const;
      }),
    );

    const { passages } = index.search(query({ question: question(3, 0) }), NO_WEIGHTS);

    expect(passages.map(({ chunkId }) => chunkId)).toEqual(
      Array.from({ length: 12 }, (_, place) => `p${String(place)}`),
    );
    expect(passages[0]?.cosine).toBeCloseTo(1, 6);
    expect(passages[10]?.cosine).toBeCloseTo(Math.cos(Math.PI / 6), 6);
  });

  it('takes nothing for near that the model could not read', () => {
    const index = indexOf(
      [passage('a', "'oil':1"), [0, 0]],
      [passage('b', ''), [0, 0]],
      [passage('c', ''), [-1, 0]],
    );

    const { passages } = index.search(query({ terms: ['oil'], question: question(1, 0) }), NO_WEIGHTS);

    expect(passages.map(({ chunkId, cosine }) => [chunkId, cosine])).toEqual([
      ['a', null],
      ['c', -1],
    ]);
  });

  it('lets sources count more or less', () => {
    const index = indexOf(
      ...Array.from(
        { length: 30 },
        (_, place) =>
          [
            passage(`p${String(place)}`, "'oil':1", { datasourceId: place < 29 ? 'usual' : 'best' }),
            [1, place < 29 ? 0 : 1],
          ] as const,
      ),
    );
    const corpus = { passages: 40, meanTerms: 4 };
    const asked = query({ terms: ['oil'], corpus, question: question(1, 0) });

    const before = index.search(asked, NO_WEIGHTS).passages;
    const after = index.search(asked, new Map([['best', 3]])).passages;

    expect(before.map(({ chunkId }) => chunkId)).not.toContain('p29');
    expect(after[0]?.chunkId).toBe('p29');
  });

  it('grows with what is added', () => {
    const small = indexOf([passage('a', "'oil':1"), [1, 0]]);
    const large = indexOf(
      [passage('a', "'oil':1"), [1, 0]],
      [passage('b', "'oil':1", { text: 'x'.repeat(9_000) }), [1, 0]],
    );

    expect(large.bytes - small.bytes).toBeGreaterThan(9_000);
  });
});
