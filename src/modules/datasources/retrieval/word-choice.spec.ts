import { describe, expect, it } from '@jest/globals';
import { chooseByWords, sampledOneOf } from './word-choice.js';

const SIZE = { oneOf: 256, few: 10_000 };

describe('choosing passages by words', () => {
  it('ranks all that hold a term while they are few', () => {
    const sample = [
      { held: '10', passages: 12 },
      { held: '01', passages: 9 },
      { held: '00', passages: 400 },
    ];

    expect(chooseByWords(['a', 'b'], sample, SIZE)).toEqual({
      ...{ query: '(b) | (a)', rest: null, most: 40_000, estimates: new Map() },
    });
  });

  it('asks common terms to come together, and says in how many passages each is', () => {
    const sample = [
      { held: '100', passages: 3 },
      { held: '010', passages: 100 },
      { held: '001', passages: 200 },
      { held: '011', passages: 20 },
      { held: '000', passages: 400 },
    ];

    const { query, rest, estimates } = chooseByWords(['rare', 'b', 'c'], sample, SIZE);

    expect(query).toBe('(rare) | (b & c)');
    expect(rest).toBeNull();
    expect([...estimates]).toEqual([
      [1, 120 * 256],
      [2, 220 * 256],
    ]);
  });

  it('asks for three at once where too many passages hold two', () => {
    const sample = [
      { held: '110', passages: 90 },
      { held: '011', passages: 90 },
      { held: '101', passages: 90 },
      { held: '111', passages: 10 },
    ];

    expect(chooseByWords(['a', 'b', 'c'], sample, SIZE).query).toBe('(a & b & c)');
  });

  it('leaves out what too many passages hold at once, and keeps the sets that few hold', () => {
    const sample = [
      { held: '1000', passages: 3 },
      { held: '0110', passages: 20 },
      { held: '0011', passages: 150 },
      { held: '0100', passages: 60 },
      { held: '0000', passages: 100 },
    ];

    const { query, rest } = chooseByWords(['rare', 'b', 'c', 'd'], sample, SIZE);

    expect(query).toBe('(rare) | (b & d & c) | (b & d) | (b & c)');
    expect(rest).toBeNull();
  });

  it('takes a term alone that few enough passages hold beside the rare ones', () => {
    const sample = [
      { held: '10', passages: 30 },
      { held: '01', passages: 35 },
      { held: '00', passages: 400 },
    ];

    const { query, estimates } = chooseByWords(['a', 'b'], sample, SIZE);

    expect(query).toBe('(a) | (b)');
    expect(estimates).toEqual(new Map());
  });

  it('takes some of what too many hold where nothing else may be found', () => {
    const sample = [
      { held: '010', passages: 90 },
      { held: '001', passages: 95 },
      { held: '000', passages: 10 },
    ];

    expect(chooseByWords(['unseen', 'b', 'c'], sample, SIZE)).toMatchObject({
      ...{ query: '(unseen) | (b & c)', rest: '(b)' },
    });
  });

  it('takes a single common term as it is', () => {
    expect(chooseByWords(['a'], [{ held: '1', passages: 90 }], SIZE)).toMatchObject({
      ...{ query: '(a)', rest: null, estimates: new Map([[0, 90 * 256]]) },
    });
  });

  it('takes very many unseen terms for common ones in the end', () => {
    const terms = Array.from({ length: 64 }, (_, index) => `t${String(index)}`);
    const held = `${'0'.repeat(63)}1`;

    const { query, estimates } = chooseByWords(terms, [{ held, passages: 30 }], { oneOf: 256, few: 1_000 });

    const alone = query.match(/\(t\d+\)/g) ?? [];
    expect(alone.length).toBeGreaterThanOrEqual(15);
    expect(alone.length).toBeLessThan(25);
    expect(estimates.size).toBe(64 - alone.length);
  });
});

describe('sampling', () => {
  it.each([
    [1, 16],
    [50_000, 16],
    [100_000, 32],
    [500_000, 128],
    [100_000_000, 256],
  ])('takes of %d passages one of %d', (passages, oneOf) => {
    expect(sampledOneOf(passages)).toBe(oneOf);
  });
});
