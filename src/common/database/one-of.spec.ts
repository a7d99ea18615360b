import { describe, expect, it } from '@jest/globals';
import { oneOf } from './one-of.js';

describe('oneOf', () => {
  it.each([
    [1, 'k.id in (?::uuid)', ['1']],
    [2, 'k.id in (?::uuid, ?::uuid)', ['1', '2']],
    [3, 'k.id in (?::uuid, ?::uuid, ?::uuid, ?::uuid)', ['1', '2', '3', '3']],
  ])('asks for %i values with as many places as the next power of two', (count, sql, params) => {
    const values = Array.from({ length: count }, (_, index) => String(index + 1));
    expect(oneOf('k.id', 'uuid', values)).toEqual({ sql, params });
  });

  it('has few texts for any number of values', () => {
    const texts = Array.from(
      { length: 500 },
      (_, index) => oneOf('id', 'text', Array<string>(index + 1).fill('a')).sql,
    );
    expect(new Set(texts).size).toBe(10);
  });
});
