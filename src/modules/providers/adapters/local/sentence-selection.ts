import { contentTermsOf, splitParagraphs, wordsOf } from '#common/text';
import type { ChatSource } from '../../ports/chat-model.port.js';
import { expectedAnswerOf } from './expected-answer.js';

/** A sentence of a source that helps to answer the question. */
export interface SelectedSentence {
  readonly text: string;
  /** The sentence that it leans on, which stands just before it. */
  readonly before?: string;
  /** The one that leans on it, and stands just after it. */
  readonly after?: string;
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
/** A sentence that holds less shares a word with the question, but not what it asks. */
const LEAST_COVERAGE = 0.12;

// Measured on qa-squad by bench/answers.ts.
const NEIGHBOUR_WEIGHT = 0.3;
const PASSAGE_WEIGHT = 0.8;
const EXPECTED_WEIGHT = 0.25;
const EARLIER_WEIGHT = 0.5;

const LEANS_ON_EARLIER = new Set(
  'it its they them their he him his she her this that these those there one ones former latter same more else'.split(
    ' ',
  ),
);
const FEW_TERMS = 2;
/** Speaks of what was said just before: by a pronoun near the beginning, or something pointed at. */
const LEANS_ON_SENTENCE_BEFORE =
  /^(?:\S+\s+){0,3}?(?:he|she|it|they|his|her|its|their|that|such|both)\b|\b(?:this|these|those)\b/i;

interface Sentence extends SelectedSentence {
  /** Sentences of the same paragraph, this one included, and where among them it stands. */
  readonly paragraph: readonly string[];
  readonly place: number;
  readonly terms: readonly string[];
  readonly passageScore: number;
}

/**
 * The one to three sentences that answer best, best first; none when no sentence is about the question. The best comes
 * with its neighbours where one cannot be understood without the other.
 */
export function selectSentences(
  question: AskedQuestion,
  sources: readonly ChatSource[],
): readonly SelectedSentence[] {
  const sentences = sources.flatMap(sentencesOf);
  const weights = termWeights(question, sentences);
  const expected = expectedAnswerOf(question.text);
  const asked = contentTermsOf(question.text, 'en');
  const scored = sentences.flatMap((sentence) => {
    const own = coverage(sentence.terms, weights);
    if (own < LEAST_COVERAGE) return [];
    const score =
      own +
      NEIGHBOUR_WEIGHT * neighbourhood(sentence.terms, asked) +
      PASSAGE_WEIGHT * sentence.passageScore +
      (expected?.isIn(sentence.text) ? EXPECTED_WEIGHT : 0);
    return [{ sentence, score }];
  });
  return best(scored.sort((a, b) => b.score - a.score));
}

interface Scored {
  readonly sentence: Sentence;
  readonly score: number;
}

function best(ranked: readonly Scored[]): readonly SelectedSentence[] {
  const most = ranked[0]?.score ?? 0;
  const chosen = new Map<string, SelectedSentence>();
  for (const { sentence, score } of ranked) {
    if (chosen.size === MAX_SENTENCES || score < most * LEAST_SHARE_OF_BEST) break;
    const { text, index } = sentence;
    if (isSaid(text, [...chosen.values()])) continue;
    chosen.set(text, { text, index, ...(chosen.size === 0 ? contextOf(sentence) : {}) });
  }
  return [...chosen.values()];
}

function isSaid(sentence: string, chosen: readonly SelectedSentence[]): boolean {
  return chosen.some(({ text, before, after }) => [before, text, after].includes(sentence));
}

/** What the best sentence cannot be understood without, and what cannot be understood without it. */
function contextOf({ text, paragraph, place }: Sentence): Pick<SelectedSentence, 'before' | 'after'> {
  const isShort = (one: string | undefined): one is string =>
    one !== undefined && one.length <= MAX_SENTENCE_CHARS;
  const [before, after] = [paragraph[place - 1], paragraph[place + 1]];
  return {
    ...(isShort(before) && LEANS_ON_SENTENCE_BEFORE.test(text) ? { before } : {}),
    ...(isShort(after) && LEANS_ON_SENTENCE_BEFORE.test(after) ? { after } : {}),
  };
}

function sentencesOf({ text: markdown, index, score: passageScore }: ChatSource): Sentence[] {
  return splitParagraphs(markdown)
    .flatMap((paragraph) => paragraph.map((text, place) => ({ text, paragraph, place })))
    .filter(({ text }) => text.length <= MAX_SENTENCE_CHARS)
    .map((one) => ({ ...one, index, terms: contentTermsOf(one.text, 'en'), passageScore }));
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
function neighbourhood(terms: readonly string[], asked: readonly string[]): number {
  if (asked.length < 2) return 0;
  const pairs = new Set(terms.slice(1).map((term, index) => `${terms[index] ?? ''} ${term}`));
  const shared = asked.slice(1).filter((term, index) => pairs.has(`${asked[index] ?? ''} ${term}`));
  return shared.length / (asked.length - 1);
}
