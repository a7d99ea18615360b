import { SUFFICIENT_SUPPORT } from './relevance.js';
import type {
  PassageExplanation,
  RankedPassage,
  RankedScore,
  Ranking,
  Reranking,
  SearchExplanation,
  SearchResult,
} from './search.types.js';

/** What is to be explained. */
export interface ExplainedSearch {
  readonly ranking: Ranking;
  readonly result: SearchResult;
  readonly minScore: number;
  readonly isFiltered: boolean;
  readonly embeddingModel: string | null;
  readonly reranking: Reranking | null;
}

/** Says how each passage that was compared came to its place, and what became of it. */
export function explainSearch(search: ExplainedSearch): SearchExplanation {
  const { ranking, isFiltered, embeddingModel, reranking } = search;
  const { passages, meanTerms, languages } = ranking.corpus;
  return {
    corpus: { passages, meanTerms, languages, isFiltered },
    terms: [...ranking.terms].map(([term, count]) => ({ term, passages: count })),
    embeddingModel,
    reranking,
    passages: explained(search),
    support: {
      value: ranking.support,
      threshold: SUFFICIENT_SUPPORT,
      isSupported: ranking.supported,
    },
  };
}

function explained({ ranking: { passages }, result, minScore }: ExplainedSearch): PassageExplanation[] {
  const lexical = ranksBy(passages, ({ hit }) => hit.lexicalScore);
  const vector = ranksBy(passages, ({ hit }) => hit.vectorScore);
  const fused = ranksBy(passages, ({ fusedScore }) => fusedScore);
  const returned = new Map(result.hits.map((hit) => [hit.chunkId, hit]));
  return passages.map((passage, index): PassageExplanation => {
    const { hit, weight, repeats, reranked = null } = passage;
    const { chunkId, datasourceId, title, score } = hit;
    return {
      ...{ chunkId, datasourceId, title, weight },
      lexical: scoreOf(hit.lexicalScore, lexical.get(passage)),
      vector: scoreOf(hit.vectorScore, vector.get(passage)),
      fused: scoreOf(passage.fusedScore, fused.get(passage)),
      weighted: { score, rank: index + 1 },
      reranked,
      outcome: outcomeOf(passage, returned.has(chunkId), minScore),
      ...(repeats ? { duplicateOf: repeats } : {}),
      neighbours: (returned.get(chunkId)?.neighbours ?? []).map((neighbour) => neighbour.chunkId),
    };
  });
}

function outcomeOf(
  { hit, repeats }: RankedPassage,
  isReturned: boolean,
  minScore: number,
): PassageExplanation['outcome'] {
  if (isReturned) return 'returned';
  if (repeats) return 'duplicate';
  return hit.score < minScore ? 'below_min_score' : 'beyond_top_k';
}

function scoreOf(score: number, rank: number | undefined): RankedScore {
  return { score, rank: score === 0 ? null : (rank ?? null) };
}

function ranksBy(
  passages: readonly RankedPassage[],
  scoreOfPassage: (passage: RankedPassage) => number,
): ReadonlyMap<RankedPassage, number> {
  const inOrder = passages.toSorted((a, b) => scoreOfPassage(b) - scoreOfPassage(a));
  return new Map(inOrder.map((passage, index) => [passage, index + 1]));
}
