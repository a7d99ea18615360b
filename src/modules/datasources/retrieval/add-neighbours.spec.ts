import { describe, expect, it } from '@jest/globals';
import { textAround, withNeighbours } from './add-neighbours.js';
import type { Neighbour, SearchHit } from './search.types.js';

const hit = (chunkId: string): SearchHit => ({
  ...{ chunkId, score: 1, text: chunkId, documentId: 'd', datasourceId: 's', title: 'T' },
  ...{ headingPath: [], lexicalScore: 1, vectorScore: 1 },
});
const neighbour = (chunkId: string, distance: number, text = chunkId): Neighbour => ({
  chunkId,
  distance,
  text,
});
const idsOf = (hits: readonly SearchHit[]): (string[] | undefined)[] =>
  hits.map(({ neighbours }) => neighbours?.map(({ chunkId }) => chunkId));

describe('the passages around those that were found', () => {
  it('are given in reading order', () => {
    const found = new Map([['b', [neighbour('c', 1), neighbour('a', -1)]]]);

    const [only] = withNeighbours([hit('b')], found);

    expect(textAround(only ?? hit('b'))).toBe('a\n\nb\n\nc');
  });

  it('are not given twice, nor when they were found themselves', () => {
    const found = new Map([
      ['b', [neighbour('a', -1), neighbour('c', 1)]],
      ['d', [neighbour('c', -1), neighbour('e', 1)]],
      ['e', [neighbour('d', -1)]],
    ]);

    expect(idsOf(withNeighbours([hit('b'), hit('d'), hit('e')], found))).toEqual([
      ['a', 'c'],
      undefined,
      undefined,
    ]);
  });

  it('are as many as the budget has room for, nearest first and beside the best first', () => {
    const found = new Map([
      ['a', [neighbour('far', 2, '12345'), neighbour('near', 1, '12345')]],
      ['b', [neighbour('other', 1, '12345')]],
    ]);

    expect(idsOf(withNeighbours([hit('a'), hit('b')], found, 10))).toEqual([['near'], ['other']]);
  });
});
