import { contentTermsOf, splitSentences, wordsOf } from '#common/text';
import type { ChatSource } from '../../ports/chat-model.port.js';
import { expectedAnswerOf } from './expected-answer.js';

/** A sentence of a source that helps to answer the question. */
export interface SelectedSentence {
  readonly text: string;
  /** The source's number, to be cited. */
  readonly index: number;
}

/** What is asked, and what was asked before. */
export interface AskedQuestion {
  readonly text: string;
  /** An earlier question that this one may lean on: "And how much is it?" */
  readonly before?: string;
}

const MAX_SENTENCES = 3;
const MAX_SENTENCE_CHARS = 1_000;
/** Sentences that say much less than the best one are left out. */
const LEAST_SHARE_OF_BEST = 0.5;
/** Below this a sentence shares a word with the question, but not what it asks. */
const LEAST_SCORE = 0.12;

// Measured on qa-squad by bench/answers.ts.
const NEIGHBOUR_WEIGHT = 0.3;
const CONTEXT_WEIGHT = 0.25;
const PASSAGE_WEIGHT = 0.8;
const EXPECTED_WEIGHT = 0.12;
const EARLIER_WEIGHT = 0.5;

const LEANS_ON_EARLIER = new Set(
  'it its they them their he him his she her this that these those there one ones former latter same more else'.split(
    ' ',
  ),
);
const FEW_TERMS = 2;

interface Sentence extends SelectedSentence {
  readonly terms: readonly string[];
  readonly source: ChatSource;
  /** Place within its source. */
  readonly place: number;
}

/** The one to three sentences that answer best, best first; none when no sentence is about the question. */
export function selectSentences(
  question: AskedQuestion,
  sources: readonly ChatSource[],
): readonly SelectedSentence[] {
  const sentences = sources.flatMap(sentencesOf);
  const weights = termWeights(question, sentences);
  const expected = expectedAnswerOf(question.text);
  const scores = sentences.map((sentence, index) => {
    const own = coverage(sentence.terms, weights);
    if (own === 0) return { sentence, score: 0 };
    const before = sentences[index - 1];
    const context = before?.source === sentence.source ? coverage(before.terms, weights) : 0;
    const score =
      own +
      NEIGHBOUR_WEIGHT * neighbourhood(sentence.terms, question.text) +
      CONTEXT_WEIGHT * context +
      PASSAGE_WEIGHT * sentence.source.score +
      (expected?.isIn(sentence.text) ? EXPECTED_WEIGHT : 0);
    return { sentence, own, score };
  });
  return best(scores);
}

interface Scored {
  readonly sentence: Sentence;
  readonly score: number;
  readonly own?: number;
}

function best(scores: readonly Scored[]): readonly SelectedSentence[] {
  const ranked = scores.filter(({ own = 0 }) => own >= LEAST_SCORE).sort((a, b) => b.score - a.score);
  const most = ranked[0]?.score ?? 0;
  const seen = new Set<string>();
  const chosen = ranked.filter(({ sentence: { text }, score }) => {
    if (score < most * LEAST_SHARE_OF_BEST || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
  return chosen.slice(0, MAX_SENTENCES).map(({ sentence: { text, index } }) => ({ text, index }));
}

function sentencesOf(source: ChatSource): Sentence[] {
  return splitSentences(source.text)
    .filter((text) => text.length <= MAX_SENTENCE_CHARS)
    .map((text, place) => ({ text, index: source.index, terms: contentTermsOf(text, 'en'), source, place }));
}

/** Terms of the question, the rarer in these sentences the weightier; all together weigh 1. */
function termWeights(
  { text, before }: AskedQuestion,
  sentences: readonly Sentence[],
): ReadonlyMap<string, number> {
  const own = contentTermsOf(text, 'en');
  const earlier = before && leansOnEarlier(text, own) ? contentTermsOf(before, 'en') : [];
  const weights = new Map<string, number>();
  for (const term of earlier) weights.set(term, EARLIER_WEIGHT * rarityOf(term, sentences));
  for (const term of own) weights.set(term, rarityOf(term, sentences));
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  return new Map([...weights].map(([term, weight]) => [term, weight / sum]));
}

function leansOnEarlier(question: string, terms: readonly string[]): boolean {
  return terms.length < FEW_TERMS || wordsOf(question).some((word) => LEANS_ON_EARLIER.has(word));
}

function rarityOf(term: string, sentences: readonly Sentence[]): number {
  const holders = sentences.filter(({ terms }) => terms.includes(term)).length;
  return Math.log(1 + (sentences.length - holders + 0.5) / (holders + 0.5));
}

function coverage(terms: readonly string[], weights: ReadonlyMap<string, number>): number {
  return [...new Set(terms)].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0);
}

/** Which part of the question's pairs of following terms follow each other here, too. */
function neighbourhood(terms: readonly string[], question: string): number {
  const asked = contentTermsOf(question, 'en');
  if (asked.length < 2) return 0;
  const pairs = new Set(terms.slice(1).map((term, index) => `${terms[index] ?? ''} ${term}`));
  const shared = asked.slice(1).filter((term, index) => pairs.has(`${asked[index] ?? ''} ${term}`));
  return shared.length / (asked.length - 1);
}
