import { describe, expect, it } from '@jest/globals';
import { CitationFilter, citedClaims } from './citation-filter.js';

function filtered(sourceCount: number, ...texts: string[]): string {
  const filter = new CitationFilter(() => sourceCount);
  return texts.map((text) => filter.push(text)).join('') + filter.end();
}

describe('CitationFilter', () => {
  it('keeps citations of sources that were given', () => {
    expect(filtered(2, 'It lasts 24 months [1]. It can be extended [2].')).toBe(
      'It lasts 24 months [1]. It can be extended [2].',
    );
  });

  it('takes out citations of sources that were never given', () => {
    expect(filtered(2, 'It lasts 24 months [3]. Really[0].')).toBe('It lasts 24 months . Really.');
  });

  it('keeps the true part of a list', () => {
    expect(filtered(2, 'Both say so [1, 2, 7].')).toBe('Both say so [1][2].');
  });

  it('recognises a citation that comes in pieces', () => {
    expect(filtered(1, 'It lasts [', '1', ']. And [', '9', '] no.')).toBe('It lasts [1]. And  no.');
  });

  it('lets text through as soon as it cannot become a citation', () => {
    const filter = new CitationFilter(() => 1);

    expect(filter.push('A [note] and [')).toBe('A [note] and ');
    expect(filter.push('x] b')).toBe('[x] b');
  });

  it('leaves code alone', () => {
    expect(filtered(1, 'Use `list[7]` or ```\nrow[9]\n``` [5]')).toBe('Use `list[7]` or ```\nrow[9]\n``` ');
  });

  it('takes out all citations when there are no sources', () => {
    expect(filtered(0, 'I know that [1].')).toBe('I know that .');
  });

  it('gives out what was held back at the end', () => {
    expect(filtered(1, 'see [1')).toBe('see [1');
  });
});

describe('citedClaims', () => {
  it('names each source once with the sentence that cites it', () => {
    expect(
      citedClaims('It lasts 24 months [1]. It can be extended to 36 [2]. Both are free [1][2].'),
    ).toEqual([
      { index: 1, claim: 'It lasts 24 months' },
      { index: 2, claim: 'It can be extended to 36' },
    ]);
  });

  it('finds the claim before a citation behind the full stop', () => {
    expect(citedClaims('First things first. It lasts 24 months. [1]')).toEqual([
      { index: 1, claim: 'It lasts 24 months.' },
    ]);
  });

  it('finds nothing in an answer without citations', () => {
    expect(citedClaims('I do not know.')).toEqual([]);
  });
});
