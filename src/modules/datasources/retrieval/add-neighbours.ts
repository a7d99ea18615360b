import type { Neighbour, SearchHit } from './search.types.js';

/** How much text neighbours may bring along, over all passages that were found: about 2,000 tokens. */
export const NEIGHBOUR_BUDGET_CHARS = 8_000;

/**
 * Gives passages the ones around them, nearest first and those of the best passages first, until the budget is used up.
 * What was found itself, or stands beside a better one, is not given twice.
 *
 * @param found by the id of the passage that they stand beside.
 */
export function withNeighbours(
  hits: readonly SearchHit[],
  found: ReadonlyMap<string, readonly Neighbour[]>,
  budgetChars = NEIGHBOUR_BUDGET_CHARS,
): SearchHit[] {
  const taken = new Set(hits.map(({ chunkId }) => chunkId));
  const chosen = new Map<string, Neighbour[]>();
  let left = budgetChars;
  const offers = hits
    .flatMap(({ chunkId: of }, place) =>
      (found.get(of) ?? []).map((neighbour) => ({ of, place, neighbour, far: Math.abs(neighbour.distance) })),
    )
    .sort((a, b) => a.far - b.far || a.place - b.place || a.neighbour.distance - b.neighbour.distance);
  for (const { of, neighbour } of offers) {
    const { chunkId, distance, text, location } = neighbour;
    if (taken.has(chunkId) || text.length > left) continue;
    taken.add(chunkId);
    left -= text.length;
    const own = chosen.get(of) ?? [];
    own.push({ chunkId, distance, text, ...(location ? { location } : {}) });
    chosen.set(of, own);
  }
  return hits.map((hit) => {
    const neighbours = chosen.get(hit.chunkId);
    return neighbours ? { ...hit, neighbours: neighbours.sort((a, b) => a.distance - b.distance) } : hit;
  });
}

/** A passage together with its neighbours, as one text in reading order. */
export function textAround({ text, neighbours = [] }: Pick<SearchHit, 'text' | 'neighbours'>): string {
  const before = neighbours.filter(({ distance }) => distance < 0);
  const after = neighbours.filter(({ distance }) => distance > 0);
  return [...before, { text }, ...after].map((part) => part.text).join('\n\n');
}
