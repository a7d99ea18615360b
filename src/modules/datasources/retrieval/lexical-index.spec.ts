import { describe, expect, it } from '@jest/globals';
import { embeddingTextOf, lexemesOf } from './lexical-index.js';

describe('lexemesOf', () => {
  it('counts terms of title, headings and text', () => {
    const { tsvector, count } = lexemesOf({ title: 'Help', headingPath: ['Returns'], text: 'Free returns.' });

    expect(count).toBe(4);
    expect(tsvector).toMatch(/^'help':1 'return':2,\d+ 'free':\d+$/);
  });

  it('keeps title and text apart, so that no term of one is near one of the other', () => {
    const { tsvector } = lexemesOf({ title: 'Help', headingPath: [], text: 'returns' });

    expect(tsvector).toBe("'help':1 'return':65");
  });

  it('counts a heading that the text begins with once', () => {
    const { count } = lexemesOf({ title: 'Returns', headingPath: ['Returns'], text: '# Returns\n\nFree.' });

    expect(count).toBe(2);
  });

  it('stays within the limits of Postgres', () => {
    const { tsvector } = lexemesOf({ title: '', headingPath: [], text: 'word '.repeat(20_000) });
    const positions = tsvector.split(':')[1]?.split(',').map(Number) ?? [];

    expect(positions.length).toBeLessThan(256);
    expect(Math.max(...positions)).toBeLessThanOrEqual(16_383);
  });

  it('gives an empty vector for a text without words', () => {
    expect(lexemesOf({ title: '!', headingPath: [], text: "'\\ \u0000" })).toEqual({
      tsvector: '',
      count: 0,
    });
  });
});

describe('embeddingTextOf', () => {
  it('puts title and headings before the plain text', () => {
    const text = embeddingTextOf({ title: 'Help', headingPath: ['Help', 'Returns'], text: 'All **free**.' });

    expect(text).toBe('Help. Returns. All free.');
  });
});
