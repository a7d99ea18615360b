import { plainText, splitSentences } from './sentences.js';
import { contentTermsOf } from './terms.js';

const CITATION = /\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/g;
const MAX_QUOTE_CHARS = 1_000;
/** A number that agrees says more than a word that does. */
const NUMBER_WEIGHT = 2;
/** Texts that have just been quoted are likely to be quoted again. */
const MAX_REMEMBERED_TEXTS = 1_000;
/** Longer than passages are. */
const MAX_REMEMBERED_CHARS = 10_000;

/** A sentence that may be quoted, and what it says. */
interface Sentence {
  readonly text: string;
  readonly terms: ReadonlySet<string>;
}

/** Sentences by the text that holds them. */
const remembered = new Map<string, readonly Sentence[]>();

/**
 * The sentence of a source that best supports a claim made from it, as it stands in `plainText(sourceText)`.
 *
 * A claim that quotes the source gives the sentence it is taken from. Empty only for a source without text.
 */
export function bestQuote(claim: string, sourceText: string): string {
  const said = plainText(claim.replace(CITATION, ''));
  const sentences = sentencesIn(sourceText);
  const quoted = said && sentences.find(({ text }) => text.includes(said))?.text;
  return shortened(quoted || mostSimilar(said, sentences));
}

function sentencesIn(sourceText: string): readonly Sentence[] {
  const known = remembered.get(sourceText);
  if (known) return known;
  const sentences = splitSentences(sourceText).map((text) => ({ text, terms: termsOf(text) }));
  if (sourceText.length > MAX_REMEMBERED_CHARS) return sentences;
  if (remembered.size >= MAX_REMEMBERED_TEXTS) remembered.clear();
  remembered.set(sourceText, sentences);
  return sentences;
}

function termsOf(text: string): ReadonlySet<string> {
  return new Set(contentTermsOf(text, 'en'));
}

function mostSimilar(claim: string, sentences: readonly Sentence[]): string {
  const asked = termsOf(claim);
  let best = sentences[0]?.text ?? '';
  let bestSimilarity = 0;
  for (const { text, terms } of sentences) {
    const similarity = similarityOf(asked, terms);
    if (similarity > bestSimilarity) [best, bestSimilarity] = [text, similarity];
  }
  return best;
}

/** Shared terms against those of both, so that neither a long sentence nor a short one wins by its length. */
function similarityOf(claim: ReadonlySet<string>, sentence: ReadonlySet<string>): number {
  let shared = 0;
  for (const term of claim) if (sentence.has(term)) shared += weightOf(term);
  return shared / Math.sqrt(Math.max(1, claim.size) * Math.max(1, sentence.size));
}

function weightOf(term: string): number {
  return /\p{N}/u.test(term) ? NUMBER_WEIGHT : 1;
}

function shortened(quote: string): string {
  if (quote.length <= MAX_QUOTE_CHARS) return quote;
  const cut = quote.slice(0, MAX_QUOTE_CHARS);
  return cut
    .slice(0, Math.max(cut.lastIndexOf(' '), MAX_QUOTE_CHARS / 2))
    .toWellFormed()
    .trimEnd();
}
