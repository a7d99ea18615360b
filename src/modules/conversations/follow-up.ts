import { analysisLanguageOf, contentTermsOf, isStopWord, plainText, wordsOf } from '#common/text';

/** What a passage says, as far as it matters here. */
interface Passage {
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/**
 * Whether a question that finds nothing by itself may be looked for together with the one before it.
 *
 * "And how much is it?" has no search terms of its own, so the earlier question decides. One that has some ("What is the
 * capital of France?") must find every one of them in the best passage; else the earlier question alone would be
 * answered, and the new one only seem to be.
 */
export function continuesIn(question: string, best: Passage, language?: string): boolean {
  const analysis = analysisLanguageOf(language);
  if (wordsOf(question).every((word) => isStopWord(word, analysis))) return true;
  const terms = (text: string): string[] => contentTermsOf(text, analysis);
  const said = new Set(terms(plainText([best.title, ...best.headingPath, best.text].join('\n'))));
  return terms(question).every((term) => said.has(term));
}
