import { describe, expect, it } from '@jest/globals';
import { styleOf } from './infer-columns.js';

describe('styleOf', () => {
  it.each([
    [['749,50', '12,00', '1'], ','],
    [['749,50', '12,00', '1', 'n/a'], ','],
    [['1.749,50', '12'], ','],
    [['749.50', '12'], '.'],
    [['1,250', '2,500'], '.'],
    [['3,5', 'Lamp', 'Bell', 'Bergen, 4,5'], '.'],
    [['n/a'], '.'],
    [[], '.'],
  ])('tells of %j how fractions are written', (cells, decimal) => {
    expect(styleOf([['A', 'B'], cells]).decimal).toBe(decimal);
  });

  it.each([
    [['31.1.2026', '1.2.2026'], 'dmy'],
    [['31/1/2026', '1/2/2026', 'unknown'], 'dmy'],
    [['1/31/2026', '1/2/2026'], 'mdy'],
    [['1.2.2026'], 'dmy'],
    [['1/2/2026'], 'ymd'],
    [['31/1/2026', 'unknown', 'none'], 'ymd'],
    [['2026-01-31'], 'ymd'],
    [[], 'ymd'],
  ])('tells of %j in which order the parts of a date stand', (cells, order) => {
    expect(styleOf([['A', 'B'], cells]).dateOrder).toBe(order);
  });
});
