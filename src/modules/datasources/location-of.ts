import type { PassageLocation } from '#common/text';
import type { DocumentPlace } from './ports/page-extractor.port.js';

/** Where the text between two offsets stands: from the place that it begins in to the last one that begins in it. */
export function locationOf(
  places: readonly DocumentPlace[],
  startOffset: number,
  endOffset: number,
): PassageLocation | null {
  const first = places[lastBefore(places, startOffset + 1)];
  const last = places[lastBefore(places, endOffset)];
  if (!first || !last) return null;
  const { unit, number: from, sheet } = first;
  const to = last.sheet === sheet ? last.number : from;
  return { unit, from, to, ...(sheet === undefined ? {} : { sheet }) };
}

/** Index of the last place whose offset is less than this, by halving: a workbook has a place for each row. */
function lastBefore(places: readonly DocumentPlace[], offset: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.offset ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
