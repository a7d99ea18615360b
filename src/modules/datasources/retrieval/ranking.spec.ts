import { describe, expect, it } from '@jest/globals';
import { bestOf, rank } from './ranking.js';
import { withScores } from './rerank-passages.js';
import type { Ranking, SearchHit } from './search.types.js';

const hit = (chunkId: string, score: number, text = `Passage ${chunkId}`): SearchHit => ({
  ...{ chunkId, score, text, documentId: 'd', datasourceId: `source of ${chunkId}`, title: 'T' },
  ...{ headingPath: [], lexicalScore: score, vectorScore: score },
});
const ranking = (passages: Ranking['passages']): Ranking => ({
  ...{ passages, support: 0.9, supported: true, terms: new Map() },
  corpus: { version: '1', passages: 9, meanTerms: 9, languages: ['en'], serving: null, tunings: [] },
});

describe('the order of passages', () => {
  it('is that of their scores, and of their ids where these are the same', () => {
    const ranked = rank([hit('c', 0.5), hit('a', 0.5), hit('b', 0.8)], new Map(), { wanted: 3 });

    expect(ranked.map((one) => one.hit.chunkId)).toEqual(['b', 'a', 'c']);
  });

  it('follows the weights of the sources, and no score goes beyond 1', () => {
    const weights = new Map([['source of b', 3]]);

    const ranked = rank([hit('a', 0.8), hit('b', 0.5)], weights, { wanted: 2 });

    expect(ranked.map(({ hit: { chunkId, score }, fusedScore }) => [chunkId, score, fusedScore])).toEqual([
      ['b', 1, 0.5],
      ['a', 0.8, 0.8],
    ]);
  });

  it('keeps one of two passages with the same text, unless both are asked for', () => {
    const hits = [hit('a', 0.8, 'Same'), hit('b', 0.7, 'Same'), hit('c', 0.6)];
    const idsOf = (keepDuplicates: boolean): string[] =>
      bestOf(ranking(rank(hits, new Map(), { wanted: 2, keepDuplicates })), {
        topK: 2,
        minScore: 0,
      }).hits.map(({ chunkId }) => chunkId);

    expect(idsOf(false)).toEqual(['a', 'c']);
    expect(idsOf(true)).toEqual(['a', 'b']);
  });

  it('is that of a reranker for what it has read, and as it was for the rest', () => {
    const ranked = rank(
      ['a', 'b', 'c', 'd'].map((id, index) => hit(id, 0.9 - index / 10)),
      new Map(),
      { wanted: 4 },
    );
    const reranked = withScores(ranked, ranked.slice(0, 3), [-4, 2.5, 0]);

    const { hits } = bestOf(ranking(reranked), { topK: 4, minScore: 0 });

    expect(hits.map(({ chunkId, rerankScore }) => [chunkId, rerankScore])).toEqual([
      ['b', 2.5],
      ['c', 0],
      ['a', -4],
      ['d', undefined],
    ]);
    expect(reranked.map((passage) => passage.reranked?.rank)).toEqual([3, 1, 2, undefined]);
  });

  it('supports nothing when all that was found scores too little', () => {
    const ranked = ranking(rank([hit('a', 0.4)], new Map(), { wanted: 1 }));

    expect(bestOf(ranked, { topK: 5, minScore: 0.5 })).toEqual({ hits: [], support: 0.9, supported: false });
  });
});
