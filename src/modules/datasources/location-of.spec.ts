import { describe, expect, it } from '@jest/globals';
import { locationOf } from './location-of.js';
import type { DocumentPlace } from './ports/page-extractor.port.js';

const PAGES: readonly DocumentPlace[] = [0, 100, 200].map((offset, index) => ({
  ...{ offset, unit: 'page', number: index + 1 },
}));

describe('locationOf', () => {
  it.each([
    [0, 100, 1, 1],
    [0, 101, 1, 2],
    [100, 200, 2, 2],
    [150, 250, 2, 3],
    [250, 9_000, 3, 3],
  ])('finds the pages of the text from %i to %i', (start, end, from, to) => {
    expect(locationOf(PAGES, start, end)).toEqual({ unit: 'page', from, to });
  });

  it('knows none where there are no places, or only later ones', () => {
    expect(locationOf([], 0, 10)).toBeNull();
    expect(locationOf(PAGES.slice(1), 0, 10)).toBeNull();
  });

  it('names the sheet of rows, and counts no rows of the next one', () => {
    const rows: readonly DocumentPlace[] = [
      { offset: 0, unit: 'row', number: 7, sheet: 'Prices' },
      { offset: 50, unit: 'row', number: 1, sheet: 'Stock' },
    ];

    expect(locationOf(rows, 0, 60)).toEqual({ unit: 'row', from: 7, to: 7, sheet: 'Prices' });
  });
});
