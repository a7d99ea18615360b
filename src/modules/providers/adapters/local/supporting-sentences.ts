import { analysisLanguageOf, contentTermsOf, isStopWord, splitSentences, wordsOf } from '#common/text';
import type { ChatSource } from '../../ports/chat-model.port.js';

/** A sentence of a source, word for word. */
export interface SupportingSentence {
  /** The source's number. */
  readonly index: number;
  readonly text: string;
}

interface Candidate extends SupportingSentence {
  readonly score: number;
  readonly terms: ReadonlySet<string>;
}

const LANGUAGE = analysisLanguageOf(undefined);
const MOST_SENTENCES = 3;
const LONGEST_SENTENCE = 1_000;
/** A further sentence must support the question at least so well, compared with the best. */
const WORTH_ADDING = 0.55;
/** What a term counts that stands in the title or in the sentence before, not in the sentence itself. */
const FROM_CONTEXT = 0.35;
/** How much the source's own place in the search counts beside the words of the sentence. */
const SOURCE_WEIGHT = 0.6;
const EXPECTED_KIND = 0.15;

/** What a sentence is likely to hold when it answers a question that begins so. */
const EXPECTED: readonly (readonly [asked: RegExp, held: RegExp])[] = [
  [
    /\b(?:when|what (?:year|date|time|day)|since when|how long|until when)\b/i,
    /\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|century|day|week|month|year|hour|minute)s?\b/i,
  ],
  [
    /\b(?:how (?:many|much|often|old|far|large|tall|big|high|deep|fast)|what (?:percent|percentage|number|amount|price|cost)|cost)\b/i,
    /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion|half|once|twice|free)\b|[€$£%]/i,
  ],
  [/\b(?:who|whom|whose|which (?:person|king|queen|author))\b/i, /\s\p{Lu}\p{L}+/u],
  [
    /\b(?:where|which (?:city|country|place|river)|what (?:city|country|place))\b/i,
    /\b(?:in|at|on|near|from|to) (?:the )?\p{Lu}\p{L}+/u,
  ],
];

/**
 * The one to three sentences of the sources that say most about the question, best first.
 *
 * A sentence counts by the rare terms that it shares with the question, by what its title and the sentence before it
 * share, by the place of its source in the search, and by whether it holds the kind of thing that is asked for.
 *
 * @param earlier the question before, which a question without terms of its own ("And how much is it?") goes on from.
 */
export function supportingSentences(
  question: string,
  sources: readonly ChatSource[],
  earlier = '',
): SupportingSentence[] {
  const asked = askedTerms(question, earlier);
  const candidates = sources.flatMap((source) => candidatesOf(source, question, asked, sources));
  const [best, ...others] = candidates.sort((a, b) => b.score - a.score);
  if (!best || best.score <= 0) return [];
  const chosen = [best];
  for (const candidate of others) {
    if (chosen.length === MOST_SENTENCES || candidate.score < best.score * WORTH_ADDING) break;
    if (!chosen.some((one) => one.text === candidate.text)) chosen.push(candidate);
  }
  return chosen.map(({ index, text }) => ({ index, text }));
}

function askedTerms(question: string, earlier: string): string[] {
  const isFollowUp = wordsOf(question).every((word) => isStopWord(word, LANGUAGE));
  return [...new Set(contentTermsOf(isFollowUp ? `${earlier}\n${question}` : question, LANGUAGE))];
}

function candidatesOf(
  source: ChatSource,
  question: string,
  asked: readonly string[],
  sources: readonly ChatSource[],
): Candidate[] {
  const rarity = rarityIn(sources);
  const mostPossible = asked.reduce((sum, term) => sum + rarity(term), 0) || 1;
  const title = new Set(contentTermsOf(source.title, LANGUAGE));
  let before: ReadonlySet<string> = new Set();
  return splitSentences(source.text)
    .filter((text) => text.length <= LONGEST_SENTENCE)
    .map((text) => {
      const terms = new Set(contentTermsOf(text, LANGUAGE));
      const near = before;
      before = terms;
      const covered = asked.reduce((sum, term) => {
        if (terms.has(term)) return sum + rarity(term);
        return title.has(term) || near.has(term) ? sum + FROM_CONTEXT * rarity(term) : sum;
      }, 0);
      const own = asked.some((term) => terms.has(term));
      const score =
        covered / mostPossible +
        SOURCE_WEIGHT * source.score +
        (holdsExpected(question, text) ? EXPECTED_KIND : 0);
      return { index: source.index, text, terms, score: own ? score : score * FROM_CONTEXT };
    });
}

const rarities = new WeakMap<readonly ChatSource[], (term: string) => number>();

/** How rare a term is among the sentences of the sources: the idf of BM25. */
function rarityIn(sources: readonly ChatSource[]): (term: string) => number {
  const known = rarities.get(sources);
  if (known) return known;
  const counts = new Map<string, number>();
  let sentences = 0;
  for (const { text } of sources) {
    for (const sentence of splitSentences(text)) {
      sentences += 1;
      for (const term of new Set(contentTermsOf(sentence, LANGUAGE)))
        counts.set(term, (counts.get(term) ?? 0) + 1);
    }
  }
  const rarity = (term: string): number => {
    const count = counts.get(term) ?? 0;
    return Math.log(1 + (sentences - count + 0.5) / (count + 0.5));
  };
  rarities.set(sources, rarity);
  return rarity;
}

function holdsExpected(question: string, sentence: string): boolean {
  return EXPECTED.some(([asked, held]) => asked.test(question) && held.test(sentence));
}
