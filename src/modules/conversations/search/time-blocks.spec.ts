import { describe, expect, it } from '@jest/globals';
import { blockNumberOf, blocksOf, blocksWithin, firstIdIn } from './time-blocks.js';

/** Which of the smallest blocks a block holds. */
const smallest = (block: string): number[] => {
  const count = 16 ** (6 - block.length);
  const from = Number.parseInt(block, 16) * count;
  return Array.from({ length: count }, (_, index) => from + index);
};

describe('blocks of time', () => {
  it('says of an id in which it was made', () => {
    const id = '019D456A-B3F0-7c1a-9d6b-3f0c1c1f6f0c';

    expect(blocksOf(id)).toEqual(['019d45', '019d4', '019d']);
    expect(blockNumberOf(id)).toBe(0x019d45);
    expect(firstIdIn(0x019d45)).toBe('019d4500-0000-0000-0000-000000000000');
  });

  it.each([
    [0x019d45, 0x019d46],
    [0x019d45, 0x019d53],
    [0x019d3f, 0x019d61],
    [0x019cff, 0x019d40],
    [0x0190ab, 0x01a221],
    [0x000000, 0x000100],
  ])('covers a stretch from %d to %d, each part of it once', (from, to) => {
    const covered = blocksWithin({ from, to }).flatMap(smallest);

    expect(new Set(covered).size).toBe(covered.length);
    expect(covered).toEqual(expect.arrayContaining([from, to - 1]));
    expect(covered).toHaveLength(Math.max(...covered) - Math.min(...covered) + 1);
    expect(covered.length).toBeLessThanOrEqual((to - from) * 1.5);
  });

  it('names few of them, however long the stretch is', () => {
    const newest = 0x01a221;

    for (const days of [1, 7, 30, 90, 365, 3 * 365])
      expect(blocksWithin({ from: newest - Math.ceil(days * 5.15), to: newest + 1 }).length).toBeLessThan(60);
  });
});
