import { expect, it } from '@jest/globals';
import { type PassageLocation, printLocation } from './passage-location.js';

it.each<[PassageLocation, string]>([
  [{ unit: 'page', from: 3, to: 3 }, 'page 3'],
  [{ unit: 'slide', from: 4, to: 5 }, 'slides 4-5'],
  [{ unit: 'row', from: 2, to: 9, sheet: 'Prices' }, 'sheet Prices, rows 2-9'],
])('the place %j is told as "%s"', (location, text) => {
  expect(printLocation(location)).toBe(text);
});
