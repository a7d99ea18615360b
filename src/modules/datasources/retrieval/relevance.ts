import { type AnalysisLanguage, analysisLanguageOf } from '#common/text';
import type { QueryTerms } from './query-terms.js';

/** What of a passage decides how relevant it is. */
export interface Candidate {
  readonly language: string | null;
  /** Text form of the `tsvector`: `'oil':3,9 'price':4`. */
  readonly lexemes: string;
  readonly termCount: number;
  /** Cosine with the question; `null` when the model in use has no vector of either, or could not read it. */
  readonly cosine: number | null;
}

/** What rarity and length are measured against: the passages that the bot may use, and no others. */
export interface Corpus {
  readonly passages: number;
  readonly meanTerms: number;
  /** In how many passages a term of the question is. */
  readonly frequencies: ReadonlyMap<string, number>;
}

/** How well a passage fits a question; all numbers are 0..1. */
export interface Relevance {
  /** Words and meaning together. */
  readonly score: number;
  /** Part of what the words of the question could reach at most. */
  readonly lexicalScore: number;
  /** Nearness in meaning. */
  readonly vectorScore: number;
}

// BM25's usual constants.
const SATURATION = 1.2;
const LENGTH_INFLUENCE = 0.75;

// Measured on qa-squad by bench/retrieval.ts; values up to a third away give the same to a percent.
const PAIR_WEIGHT = 0.7;
const PAIR_WINDOW = 10;
const WINDOW_WEIGHT = 0.7;
const WINDOW = 25;
const NEIGHBOUR_WEIGHT = 0.5;
const WORDS_WEIGHT = 0.69;
const MEANING_WEIGHT = 1 - WORDS_WEIGHT;

/** Passages that any corpus is taken to have more, so that among a few passages no word seems all too rare or common. */
const ASSUMED_PASSAGES = 30;
/** Nearness where it is unknown: between what passages have that hold the answer, and the nearest of those that do not. */
const UNKNOWN_NEARNESS = 0.45;

// Measured on halves of qa-squad by bench/answerable.ts, and on tenths to three quarters of it.
/** The more passages there are, the better the best of them fits by chance. */
const CHANCE = 0.02;
const USUAL_PASSAGES = 300;
const FEWEST_PASSAGES = 20;
/** From so much support on a question counts as answered by the passages. */
export const SUFFICIENT_SUPPORT = 0.355;

/** A question set against passages: how relevant each is, and whether they answer it at all. */
export interface Judgement {
  /** Of each candidate, in order. */
  readonly relevances: readonly Relevance[];
  /** 0..1: how much of what is asked the passages hold. */
  readonly support: number;
  /** Whether that is enough for an answer. */
  readonly supported: boolean;
}

/** @param query what the question asks for, as it reads in each language of the candidates. */
export function judge(
  query: ReadonlyMap<AnalysisLanguage, QueryTerms>,
  corpus: Corpus,
  candidates: readonly Candidate[],
): Judgement {
  const readings = new Map([...query].map(([language, terms]) => [language, new Reading(terms, corpus)]));
  const relevances = candidates.map((candidate): Relevance => {
    const words = readings.get(analysisLanguageOf(candidate.language))?.scoreOf(candidate) ?? 0;
    const nearness = candidate.cosine ?? UNKNOWN_NEARNESS;
    return {
      score: within01(WORDS_WEIGHT * words + MEANING_WEIGHT * nearness),
      lexicalScore: within01(words),
      vectorScore: within01(candidate.cosine ?? 0),
    };
  });
  const support = supportOf(relevances, corpus);
  return { relevances, support, supported: support >= SUFFICIENT_SUPPORT };
}

function supportOf(relevances: readonly Relevance[], { passages }: Corpus): number {
  const best = Math.max(0, ...relevances.map(({ score }) => score));
  const chance = CHANCE * Math.log(Math.max(FEWEST_PASSAGES, passages) / USUAL_PASSAGES);
  return best > 0 ? within01(best - chance) : 0;
}

/** The question as its words are read in one language, with the rarity of each. */
class Reading {
  readonly #rarities: readonly number[];
  readonly #reach: number;

  constructor(
    private readonly terms: QueryTerms,
    private readonly corpus: Corpus,
  ) {
    this.#rarities = terms.distinct.map((term) => this.#rarityOf(term));
    const sum = this.#rarities.reduce((total, rarity) => total + rarity, 0);
    this.#reach = Math.max(Number.EPSILON, (SATURATION + 1 + WINDOW_WEIGHT) * sum);
  }

  /** BM25, and what terms add that stand near each other, as part of the most that the question could reach. */
  scoreOf({ lexemes, termCount }: Candidate): number {
    const positions = this.terms.distinct.map((term) => positionsOf(term, lexemes));
    const total =
      this.#frequencyScore(positions, termCount) +
      PAIR_WEIGHT * this.#pairScore(positions) +
      WINDOW_WEIGHT * this.#windowScore(positions) +
      NEIGHBOUR_WEIGHT * this.#neighbourScore(positions);
    return total / this.#reach;
  }

  #rarityOf(term: string): number {
    const passages = this.corpus.passages + ASSUMED_PASSAGES;
    const frequency = this.corpus.frequencies.get(term) ?? 0;
    return Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5));
  }

  #rarity(index: number): number {
    return this.#rarities[index] ?? 0;
  }

  #frequencyScore(positions: readonly Positions[], termCount: number): number {
    const length = 1 - LENGTH_INFLUENCE + (LENGTH_INFLUENCE * termCount) / Math.max(1, this.corpus.meanTerms);
    return sumOf(positions, ({ length: frequency }, index) =>
      frequency === 0
        ? 0
        : (this.#rarity(index) * frequency * (SATURATION + 1)) / (frequency + SATURATION * length),
    );
  }

  /** The nearer two terms stand, the likelier they are about one thing. */
  #pairScore(positions: readonly Positions[]): number {
    const held = positions.flatMap((places, index) => (places.length > 0 ? [{ places, index }] : []));
    return sumOf(held, (left, first) =>
      sumOf(held.slice(first + 1), (right) => {
        const distance = leastDistance(left.places, right.places);
        if (distance > PAIR_WINDOW) return 0;
        return Math.min(this.#rarity(left.index), this.#rarity(right.index)) / Math.max(1, distance);
      }),
    );
  }

  /** The most that one stretch of the passage holds of the question. */
  #windowScore(positions: readonly Positions[]): number {
    const occurrences = positions
      .flatMap((places, index) => places.map((place) => ({ place, index })))
      .sort((a, b) => a.place - b.place);
    const inside = new Map<number, number>();
    let [start, held, most] = [0, 0, 0];
    for (const { place, index } of occurrences) {
      const count = inside.get(index) ?? 0;
      if (count === 0) held += this.#rarity(index);
      inside.set(index, count + 1);
      for (
        let first = occurrences[start];
        first && place - first.place >= WINDOW;
        first = occurrences[++start]
      ) {
        const left = (inside.get(first.index) ?? 1) - 1;
        if (left === 0) held -= this.#rarity(first.index);
        inside.set(first.index, left);
      }
      most = Math.max(most, held);
    }
    return most;
  }

  /** Terms that follow each other in the question and in the passage, too. */
  #neighbourScore(positions: readonly Positions[]): number {
    return sumOf(this.terms.neighbours, ([left, right]) => {
      const after = new Set(positions[right]);
      const isFollowed = positions[left]?.some((place) => after.has(place + 1)) ?? false;
      return isFollowed ? Math.min(this.#rarity(left), this.#rarity(right)) : 0;
    });
  }
}

/** Where in a passage a term stands, in ascending order. */
type Positions = readonly number[];

/** Letters are looked for first: what stands around each lexeme would be found all over the text. */
function positionsOf(term: string, lexemes: string): Positions {
  const rest = `${term}':`;
  let at = lexemes.indexOf(rest);
  while (at >= 0 && !isLexemeAt(at, lexemes)) at = lexemes.indexOf(rest, at + 1);
  if (at < 0) return [];
  const end = lexemes.indexOf(' ', at);
  return lexemes
    .slice(at + rest.length, end < 0 ? undefined : end)
    .split(',')
    .map((position) => Number.parseInt(position, 10));
}

/** Whether a lexeme begins there, and not in its midst. */
function isLexemeAt(at: number, lexemes: string): boolean {
  return lexemes[at - 1] === "'" && (at === 1 || lexemes[at - 2] === ' ');
}

function leastDistance(left: Positions, right: Positions): number {
  let least = Infinity;
  let other = 0;
  for (const place of left) {
    while ((right[other] ?? Infinity) < place) other += 1;
    const after = right[other];
    const before = right[other - 1];
    if (after !== undefined) least = Math.min(least, after - place);
    if (before !== undefined) least = Math.min(least, place - before);
  }
  return least;
}

function sumOf<T>(items: readonly T[], valueOf: (item: T, index: number) => number): number {
  return items.reduce((sum, item, index) => sum + valueOf(item, index), 0);
}

function within01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
