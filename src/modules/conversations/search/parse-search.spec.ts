import { describe, expect, it } from '@jest/globals';
import { englishRankingOf, parseSearch, rankingOf, tsqueriesOf, tsqueryOf } from './parse-search.js';

const read = (text: string): unknown[] =>
  parseSearch(text, 'en').terms.map(({ words, kind, isExcluded }) => [
    `${isExcluded ? '-' : ''}${words.join(' ')}`,
    kind,
  ]);

describe('parseSearch', () => {
  it('tells words, phrases, beginnings and exclusions apart', () => {
    expect(read('lamps "24 months" warr* -broken -"not this"')).toEqual([
      ['lamps', 'any_form'],
      ['24 months', 'exact'],
      ['warr', 'prefix'],
      ['-broken', 'any_form'],
      ['-not this', 'exact'],
    ]);
  });

  it('leaves out words that every text holds, unless there are no others', () => {
    expect(read('the lamp')).toEqual([['lamp', 'any_form']]);
    expect(read('to be')).toEqual([
      ['to', 'any_form'],
      ['be', 'any_form'],
    ]);
  });

  it('reads a quotation without an end to the end', () => {
    expect(read('"broken lamp')).toEqual([['broken lamp', 'exact']]);
  });

  it('takes what holds several words as it stands', () => {
    expect(read('e-mail')).toEqual([['e mail', 'exact']]);
    expect(read('東京都')).toEqual([['東京 京都', 'exact']]);
  });

  it('finds nothing in what holds no word', () => {
    for (const text of ['', '?!', '""', '-', '* & | ! ( )', '<->'])
      expect(tsqueryOf(parseSearch(text))).toBeNull();
  });

  it('never lets a character through that means something to Postgres', () => {
    const query = tsqueryOf(parseSearch(`a' | 'b:* & !(c) \\ <-> "d':A" @w0 ~x`));

    expect(query?.replaceAll(/'[\p{L}\p{N}:~]+'(:\*)?|<->|[()|&! ]/gu, '')).toBe('');
  });

  it('ranks by what is wanted alone', () => {
    expect(rankingOf(parseSearch('lamp -broken', 'en'))).toBe(`('lamp')`);
    expect(rankingOf(parseSearch('-broken', 'en'))).toBeNull();
  });

  it('tells the terms apart, of which a message has to hold all', () => {
    const query = parseSearch('lamp -broken "24 months" warr*', 'en');

    expect(tsqueriesOf(query)).toEqual([`('lamp')`, `!('broken')`, `('24' <-> 'months')`, `('warr':*)`]);
    expect(tsqueryOf(query)).toBe(tsqueriesOf(query).join(' & '));
  });

  it('ranks English by few lexemes, in proportion', () => {
    const { ranking, share } = englishRankingOf(parseSearch('bicycles lamp -broken'));

    expect(ranking).toBe(`('bicycles' | 'bicycl') | ('lamp')`);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.5);
    expect(englishRankingOf(parseSearch('lamp', 'en')).share).toBe(1);
  });

  it('keeps 32 terms of very many', () => {
    expect(parseSearch('word '.repeat(1_000)).terms).toHaveLength(32);
  });
});
