import { ANALYSIS_LANGUAGES, type AnalysisLanguage, stemmerOf } from './stemming.js';
import { isStopWord } from './stop-words.js';
import { wordsOf } from './words.js';

/** Changes whenever the same text would give other terms, so that stored ones are known to be out of date. */
export const TERMS_VERSION = 2;

const HAS_DIGIT = /\p{N}/u;
const MARKS = /[\u0300-\u036f]/g;
/** ISO 8601: with `T` or a space before the time, if there is one. */
const DATE =
  /(?<!\p{N})(\p{N}{4})-(\p{N}{2})-(\p{N}{2})(?:[Tt ](\p{N}{2}):(\p{N}{2})(?::\p{N}{2}(?:\.\p{N}+)?)?(?:[Zz]|[+-]\p{N}{2}:?\p{N}{2})?)?(?!\p{N})/gu;
const MAX_REMEMBERED_TERMS = 10_000;

/** Terms of words, by language. */
const remembered = Object.fromEntries(
  ANALYSIS_LANGUAGES.map((language) => [language, new Map<string, string>()]),
) as Readonly<Record<AnalysisLanguage, Map<string, string>>>;

/**
 * The terms by which a text is found, in reading order: stems of its words without stop words and accents.
 *
 * Terms of different languages never meet: those of languages other than English carry their language in front.
 * A text of nothing but stop words ("The Who") keeps them. A date is one term, beside its year: its month and its day
 * are no numbers that somebody asks for.
 */
export function contentTermsOf(text: string, language: AnalysisLanguage): string[] {
  const words = wordsOf(withDatesAsWords(text));
  const content = words.filter((word) => !isStopWord(word, language));
  const terms = (content.length > 0 ? content : words).map((word) => termOf(word, language));
  return terms.filter((term) => term !== '');
}

function withDatesAsWords(text: string): string {
  return text.replace(DATE, (_, year: string, month: string, day: string, hour?: string, minute?: string) => {
    const time = hour === undefined || minute === undefined ? '' : `t${hour}${minute}`;
    return ` ${year}${month}${day} ${year} ${time} `;
  });
}

/** Empty for a word of nothing but accents. */
function termOf(word: string, language: AnalysisLanguage): string {
  const terms = remembered[language];
  const known = terms.get(word);
  if (known !== undefined) return known;
  if (HAS_DIGIT.test(word)) return word;
  const stem = withoutAccents(stemmerOf(language)(word) || word);
  const term = language === 'en' || stem === '' ? stem : `${language}:${stem}`;
  if (terms.size >= MAX_REMEMBERED_TERMS) terms.clear();
  terms.set(word, term);
  return term;
}

function withoutAccents(word: string): string {
  return word.normalize('NFD').replace(MARKS, '').normalize('NFC');
}
