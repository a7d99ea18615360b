import { describe, expect, it } from '@jest/globals';
import { queryTermsOf } from './query-terms.js';

describe('queryTermsOf', () => {
  it('gives each term once and which follow each other', () => {
    const terms = queryTermsOf('price of oil and oil price', 'en');

    expect(terms.distinct).toEqual(['price', 'oil']);
    expect(terms.neighbours).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('takes only so many terms of a long text', () => {
    const long = Array.from({ length: 5_000 }, (_, index) => `word${String(index)}`).join(' ');

    expect(queryTermsOf(long, 'en').distinct).toHaveLength(64);
  });
});
