import { describe, expect, it } from '@jest/globals';
import { analysisLanguageOf } from './stemming.js';
import { contentTermsOf } from './terms.js';

describe('contentTermsOf', () => {
  it('gives stems without stop words', () => {
    const terms = contentTermsOf('How much are the refunds for returned bicycles?', 'en');

    expect(terms).toEqual(contentTermsOf('refund return bicycle', 'en'));
  });

  it('keeps the words of a text that is nothing but stop words', () => {
    expect(contentTermsOf('The Who', 'en')).toHaveLength(2);
  });

  it('finds words with and without accents alike', () => {
    expect(contentTermsOf('cafés in Zürich', 'en')).toEqual(contentTermsOf('cafes in Zurich', 'en'));
  });

  it('stems each language by its own rules', () => {
    const terms = contentTermsOf('Die Garantien der Fahrräder', 'de');

    expect(terms).toEqual(contentTermsOf('Garantie Fahrräder', 'de'));
    expect(terms.every((term) => term.startsWith('de:'))).toBe(true);
  });

  it('leaves numbers and codes as they are in every language', () => {
    expect(contentTermsOf('ISO9001 2024', 'de')).toEqual(['iso9001', '2024']);
  });

  it('takes a date as one, and by its year', () => {
    expect(contentTermsOf('Bike 16, since 2025-03-17', 'en')).toEqual([
      'bike',
      '16',
      'sinc',
      '20250317',
      '2025',
    ]);
    expect(contentTermsOf('2025-03-17T10:18:00.000Z', 'en')).toEqual(
      contentTermsOf('2025-03-17 10:18', 'en'),
    );
    expect(contentTermsOf('12025-03-17 1-2-3', 'en')).toEqual(['12025', '03', '17', '1', '2', '3']);
  });

  it.each(['en', 'de'] as const)('passes over a word of nothing but accents (%s)', (language) => {
    expect(contentTermsOf('\u0301\u0323 \u0300', language)).toEqual([]);
    expect(contentTermsOf('\u0301 rose', language)).toEqual(contentTermsOf('rose', language));
  });

  it('takes the grammar out of a Japanese question', () => {
    expect(contentTermsOf('保証はどのくらいですか', 'en')).toEqual(['保証', '証は']);
  });
});

describe('analysisLanguageOf', () => {
  it.each([
    ['de', 'de'],
    ['pt-BR', 'pt'],
    ['nb', 'no'],
    ['ja', 'en'],
    [null, 'en'],
    ['constructor', 'en'],
  ])('reads %s by the rules of %s', (language, expected) => {
    expect(analysisLanguageOf(language)).toBe(expected);
  });

  it('reduces Bulgarian words whose letters change', () => {
    expect(contentTermsOf('Колко столици има?', 'bg')).toContain('bg:столик');
  });
});
