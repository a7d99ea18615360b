import { describe, expect, it } from '@jest/globals';
import { chooseByWords } from './word-choice.js';

describe('choosing passages by words', () => {
  it('ranks all that hold a term while they are few', () => {
    const sample = [
      { held: '10', passages: 12 },
      { held: '01', passages: 9 },
      { held: '00', passages: 400 },
    ];

    expect(chooseByWords(['a', 'b'], sample)).toEqual({ query: '(b) | (a)', estimates: new Map() });
  });

  it('asks common terms to come together, and says in how many passages each is', () => {
    const sample = [
      { held: '100', passages: 3 },
      { held: '010', passages: 100 },
      { held: '001', passages: 200 },
      { held: '011', passages: 20 },
    ];

    const { query, estimates } = chooseByWords(['rare', 'b', 'c'], sample);

    expect(query).toBe('(rare) | (b & c)');
    expect([...estimates]).toEqual([
      [1, 120 * 256],
      [2, 220 * 256],
    ]);
  });

  it('asks for three at once where too many passages hold two', () => {
    const sample = [
      { held: '110', passages: 90 },
      { held: '011', passages: 90 },
      { held: '111', passages: 10 },
    ];

    expect(chooseByWords(['a', 'b', 'c'], sample).query).toBe('(a & c & b)');
  });

  it('takes what holds one common term where none holds two', () => {
    const sample = [
      { held: '10', passages: 90 },
      { held: '01', passages: 95 },
    ];

    expect(chooseByWords(['a', 'b'], sample).query).toBe('(a) | (b)');
  });

  it('takes a single common term as it is', () => {
    expect(chooseByWords(['a'], [{ held: '1', passages: 90 }]).query).toBe('(a)');
  });

  it('takes very many unseen terms for common ones in the end', () => {
    const terms = Array.from({ length: 64 }, (_, index) => `t${String(index)}`);
    const sample = [{ held: '1'.repeat(64), passages: 30 }];

    const { query, estimates } = chooseByWords(terms, sample);

    expect(estimates.size).toBe(63);
    expect(query.split('|').length).toBeLessThan(60);
  });
});
