import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '#common/errors';
import { type ModelRef, RerankModels, type WatchedEmbedding } from '#modules/providers';
import { embeddingTextOf } from './lexical-index.js';
import type { Ranking, RankedPassage, Reranking } from './search.types.js';

/** So many of the best passages are read by a reranker. */
export const RERANKED_PASSAGES = 30;
/** Nobody waits longer for a better order. */
const PATIENCE_MS = 3_000;

/** A ranking, and what a reranker made of it. */
export interface Reranked {
  readonly ranking: Ranking;
  readonly reranking: Reranking | null;
}

/** Who reads the passages, and which. */
export interface RerankRequest extends WatchedEmbedding {
  readonly query: string;
  readonly reranker: ModelRef | undefined;
  readonly minScore: number;
}

/** Has a model read the best passages together with the question; without its answer their order stays. */
@Injectable()
export class RerankPassages {
  readonly #logger = new Logger(RerankPassages.name);

  constructor(private readonly models: RerankModels) {}

  async execute(ranking: Ranking, request: RerankRequest): Promise<Reranked> {
    const { reranker, query, minScore } = request;
    if (!reranker) return { ranking, reranking: null };
    const model = `${reranker.provider}/${reranker.name}`;
    const read = ranking.passages
      .filter(({ hit, repeats }) => !repeats && hit.score >= minScore)
      .slice(0, RERANKED_PASSAGES);
    if (read.length < 2) return { ranking, reranking: { model, isApplied: false, failure: null } };
    try {
      const texts = read.map(({ hit }) => embeddingTextOf(hit));
      const scores = await this.models.rerank(reranker, query, texts, { ...request, withinMs: PATIENCE_MS });
      const reranking = { model, isApplied: true, failure: null };
      return { ranking: { ...ranking, passages: withScores(ranking.passages, read, scores) }, reranking };
    } catch (error) {
      this.#logger.warn({ err: error, model }, 'Passages could not be put in order by the reranker');
      const failure = error instanceof DomainError ? error.code : 'internal';
      return { ranking, reranking: { model, isApplied: false, failure } };
    }
  }
}

/** The same passages, of which those that were read know their new place. */
export function withScores(
  passages: readonly RankedPassage[],
  read: readonly RankedPassage[],
  scores: readonly number[],
): RankedPassage[] {
  const inOrder = read
    .map((passage, index) => ({ passage, score: scores[index] ?? 0 }))
    .sort((a, b) => b.score - a.score);
  const reranked = new Map(inOrder.map(({ passage, score }, index) => [passage, { score, rank: index + 1 }]));
  return passages.map((passage) => {
    const place = reranked.get(passage);
    return place
      ? { ...passage, reranked: place, hit: { ...passage.hit, rerankScore: place.score } }
      : passage;
  });
}
