import { type AnalysisLanguage, contentTermsOf } from '#common/text';

const MAX_TERMS = 64;
const MAX_QUERY_CHARS = 4_000;

/** What a question asks for, as its words are read in one language. */
export interface QueryTerms {
  /** Distinct terms in order of first appearance. */
  readonly distinct: readonly string[];
  /** Pairs of terms that follow each other in the question, as indexes into `distinct`. */
  readonly neighbours: readonly (readonly [number, number])[];
}

/** At most 64 different terms of the first 4,000 characters count. */
export function queryTermsOf(query: string, language: AnalysisLanguage): QueryTerms {
  const terms = contentTermsOf(query.slice(0, MAX_QUERY_CHARS), language);
  const distinct = [...new Set(terms)].slice(0, MAX_TERMS);
  const indexes = terms.map((term) => distinct.indexOf(term));
  const neighbours = new Map<string, readonly [number, number]>();
  for (let at = 1; at < indexes.length; at += 1) {
    const [left = -1, right = -1] = [indexes[at - 1], indexes[at]];
    if (left >= 0 && right >= 0 && left !== right) neighbours.set(`${left} ${right}`, [left, right]);
  }
  return { distinct, neighbours: [...neighbours.values()] };
}
