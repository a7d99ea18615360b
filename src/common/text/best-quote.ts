import { plainText, splitSentences } from './sentences.js';
import { contentTermsOf } from './terms.js';

const CITATION = /\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/g;
const MAX_QUOTE_CHARS = 1_000;
/** A number that agrees says more than a word that does. */
const NUMBER_WEIGHT = 2;

/**
 * The sentence of a source that best supports a claim made from it, as it stands in `plainText(sourceText)`.
 *
 * A claim that quotes the source gives the sentence it is taken from. Empty only for a source without text.
 */
export function bestQuote(claim: string, sourceText: string): string {
  const said = plainText(claim.replace(CITATION, ''));
  const sentences = splitSentences(sourceText);
  const quoted = said && sentences.find((sentence) => sentence.includes(said));
  return shortened(quoted || mostSimilar(said, sentences));
}

function mostSimilar(claim: string, sentences: readonly string[]): string {
  const asked = new Set(contentTermsOf(claim, 'en'));
  let best = sentences[0] ?? '';
  let bestSimilarity = 0;
  for (const sentence of sentences) {
    const similarity = similarityOf(asked, new Set(contentTermsOf(sentence, 'en')));
    if (similarity > bestSimilarity) [best, bestSimilarity] = [sentence, similarity];
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
