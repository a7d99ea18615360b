import { NearDuplicates } from './near-duplicates.js';
import type { RankedPassage, Ranking, Search, SearchHit, SearchResult } from './search.types.js';

/** More passages than any model is given, and than anybody looks through. */
const MAX_TOP_K = 50;

/**
 * Puts passages in order: by their score times the weight of their source, which is also what their score is from then
 * on, up to 1. What repeats a better one is marked.
 *
 * @param wanted how many are asked for; repetitions are looked for until there are so many.
 */
export function rank(
  hits: readonly SearchHit[],
  weights: ReadonlyMap<string, number>,
  {
    wanted,
    keepDuplicates = false,
  }: { readonly wanted: number; readonly keepDuplicates?: boolean | undefined },
): RankedPassage[] {
  const weighted = hits.map((hit) => {
    const weight = weights.get(hit.datasourceId) ?? 1;
    const value = hit.score * weight;
    return {
      weight,
      value,
      fusedScore: hit.score,
      hit: weight === 1 ? hit : { ...hit, score: Math.min(1, value) },
    };
  });
  weighted.sort((a, b) => b.value - a.value || a.hit.chunkId.localeCompare(b.hit.chunkId));
  const earlier = new NearDuplicates<SearchHit>();
  let distinct = 0;
  return weighted.map(({ hit, fusedScore, weight }) => {
    const repeated = keepDuplicates || distinct >= wanted ? null : earlier.add(hit);
    if (!repeated) distinct += 1;
    const { of, similarity } = repeated ?? {};
    return {
      hit,
      fusedScore,
      weight,
      ...(of ? { repeats: { chunkId: of.chunkId, similarity: similarity ?? 1 } } : {}),
    };
  });
}

/** The best passages: as many as are asked for, of those that score enough and repeat nothing. */
export function bestOf(
  { passages, support, supported }: Ranking,
  { topK, minScore }: Pick<Search, 'topK' | 'minScore'>,
): SearchResult {
  const hits = passages
    .filter(({ hit, repeats }) => hit.score >= minScore && !repeats)
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .slice(0, topKOf(topK))
    .map(({ hit }) => hit);
  return { hits, support, supported: supported && hits.length > 0 };
}

/** Those that a reranker has read come before the others, which stay in their order. */
function placeOf({ reranked }: RankedPassage): number {
  return reranked?.rank ?? Number.MAX_SAFE_INTEGER;
}

/** How many passages are given at most, whatever was asked for. */
export function topKOf(topK: number): number {
  return Math.min(MAX_TOP_K, Math.max(1, Math.trunc(topK)));
}
