import { describe, expect, it } from '@jest/globals';
import { lexemesOf } from './lexical-index.js';
import { queryTermsOf } from './query-terms.js';
import { type Candidate, judge, type Judgement } from './relevance.js';

const OTHER_PASSAGES = 40;

function candidate(text: string, cosine: number | null = null): Candidate {
  const { tsvector, count } = lexemesOf({ title: '', headingPath: [], text });
  return { language: 'en', lexemes: tsvector, termCount: count, cosine };
}

function judged(question: string, candidates: readonly Candidate[]): Judgement {
  const query = queryTermsOf(question, 'en');
  const count = (term: string): number =>
    candidates.filter(({ lexemes }) => lexemes.includes(`'${term}':`)).length;
  const frequencies = new Map(query.distinct.map((term) => [term, count(term)]));
  const corpus = { passages: candidates.length + OTHER_PASSAGES, meanTerms: 8, frequencies };
  return judge(new Map([['en', query]]), corpus, candidates);
}

describe('judge', () => {
  it('puts a passage above one that holds less of the question', () => {
    const { relevances } = judged('warranty of bicycles', [
      candidate('the warranty of phones ends after a year'),
      candidate('the warranty of bicycles ends after two years'),
    ]);

    expect(relevances[1]?.score).toBeGreaterThan(relevances[0]?.score ?? 1);
  });

  it('puts a passage above one in which the same terms stand apart', () => {
    const { relevances } = judged('price of oil', [
      candidate('price lists are long and we have many of them, also for oil'),
      candidate('lists are long and we have many of them, the price of oil also'),
    ]);

    expect(relevances[1]?.score).toBeGreaterThan(relevances[0]?.score ?? 1);
  });

  it('lets meaning decide between passages with the same words', () => {
    const { relevances } = judged('warranty', [
      candidate('warranty today', 0.3),
      candidate('warranty here', 0.6),
    ]);

    expect(relevances[1]?.score).toBeGreaterThan(relevances[0]?.score ?? 1);
  });

  it('does not take a term for another that begins or ends like it', () => {
    const { relevances } = judged('art', [candidate('artist smart'), candidate('cart artwork')]);

    expect(relevances.map(({ lexicalScore }) => lexicalScore)).toEqual([0, 0]);
  });

  it('supports a question whose words stand together in a passage', () => {
    const { supported } = judged('How long is the warranty of bicycles?', [
      candidate('The warranty of bicycles is two years long.'),
    ]);

    expect(supported).toBe(true);
  });

  it('does not support a question of which a passage shares one word', () => {
    const { supported } = judged('Who painted the ceiling of the Sistine Chapel in Rome?', [
      candidate('Our shop was painted last year by friends', 0.2),
    ]);

    expect(supported).toBe(false);
  });

  it('supports nothing without passages', () => {
    expect(judged('anything', [])).toEqual({ relevances: [], support: 0, supported: false });
  });

  it.each(['', 'the of and', '😀'])('scores between 0 and 1 for %j', (question) => {
    const { relevances, support } = judged(question, [candidate('the of and', 1), candidate('', -1)]);

    for (const { score } of relevances) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    expect(support).toBeLessThanOrEqual(1);
  });
});
