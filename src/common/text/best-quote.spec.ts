import { describe, expect, it } from '@jest/globals';
import { bestQuote } from './best-quote.js';
import { plainText } from './sentences.js';

const SOURCE = `# Warranty

Every **bicycle** comes with a warranty of two years. Tyres, worn by nature, are covered for 90 days only.

Returns are free within 30 days.`;

describe('bestQuote', () => {
  it('gives the sentence that a quotation was taken from', () => {
    expect(bestQuote('worn by nature, are covered for 90 days [1]', SOURCE)).toBe(
      'Tyres, worn by nature, are covered for 90 days only.',
    );
  });

  it('gives the sentence nearest to a claim in other words', () => {
    expect(bestQuote('You can return it for free for 30 days', SOURCE)).toBe(
      'Returns are free within 30 days.',
    );
  });

  it('follows the number where words fit two sentences', () => {
    expect(bestQuote('It is covered 2 years', 'Frames are covered 5 years. Forks are covered 2 years.')).toBe(
      'Forks are covered 2 years.',
    );
  });

  it('gives a sentence even for a claim that shares nothing with the source', () => {
    const quote = bestQuote('Bananas are yellow', SOURCE);

    expect(plainText(SOURCE)).toContain(quote);
  });

  it('gives nothing for a source without text', () => {
    expect(bestQuote('Anything', '\n')).toBe('');
  });

  it('cuts a very long sentence without leaving the source', () => {
    const source = `${'very 😀 '.repeat(400)}long.`;
    const quote = bestQuote('long', source);

    expect(quote.length).toBeLessThanOrEqual(1_000);
    expect(source).toContain(quote);
  });
});
