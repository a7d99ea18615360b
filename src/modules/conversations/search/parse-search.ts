import { type AnalysisLanguage, ANALYSIS_LANGUAGES, isStopWord, wordsOf } from '#common/text';
import { stemsOf } from './message-lexemes.js';

const MAX_TERMS = 32;
const MAX_PHRASE_WORDS = 32;
/** Shorter beginnings are those of too many words. */
const MIN_PREFIX_CHARS = 2;

/** Something to look for. */
export interface SearchTerm {
  /** One word, or several that follow each other, as `wordsOf` gives them. */
  readonly words: readonly string[];
  /** As it stands, as the beginning of a word, or in any form of the word. */
  readonly kind: 'exact' | 'prefix' | 'any_form';
  readonly isExcluded: boolean;
}

/** What is looked for: all of it, but for what is excluded. */
export interface SearchQuery {
  readonly terms: readonly SearchTerm[];
  /** The languages in which forms of words are told. */
  readonly languages: readonly AnalysisLanguage[];
}

const TOKEN = /(-?)"([^"]*)(?:"|$)|(-?)([^\s"]+)/gu;

/**
 * Understands what people type: words in any form, `"these words"` as they stand, `-not` these, and `begin*` for the
 * beginning of a word. Anything else is taken for what stands between words: no text is an error.
 *
 * @param language in which the words are; any when not given.
 */
export function parseSearch(text: string, language?: AnalysisLanguage): SearchQuery {
  const terms = [...text.matchAll(TOKEN)].flatMap(([, dash, quoted, minus, word]): SearchTerm[] =>
    quoted === undefined ? termsOfWord(word ?? '', minus === '-') : termsOfPhrase(quoted, dash === '-'),
  );
  const languages = language ? [language] : ANALYSIS_LANGUAGES;
  const counted = withoutCommonWords(terms, language ?? 'en');
  return { terms: counted.slice(0, MAX_TERMS), languages };
}

/** As a text to be cast to `tsquery`; `null` where nothing can be found by it. */
export function tsqueryOf(query: SearchQuery): string | null {
  return query.terms.length === 0 ? null : tsqueriesOf(query).join(' & ');
}

/**
 * The same, a text for each term. As conditions of their own the index goes from each match of one to the next of another;
 * within one condition it looks at every row that its rarest lexeme has.
 */
export function tsqueriesOf(query: SearchQuery): string[] {
  return query.terms.map((term) => `${term.isExcluded ? '!' : ''}(${alternativesOf(query, term)})`);
}

/** The same without what is excluded, and any of it is enough: to say how much of it a message holds. */
export function rankingOf(query: SearchQuery): string | null {
  const wanted = query.terms.filter(({ isExcluded }) => !isExcluded);
  return wanted.length === 0 ? null : wanted.map((term) => `(${alternativesOf(query, term)})`).join(' | ');
}

/** A shorter one that says as much of messages without a word in another language than English. */
export interface EnglishRanking {
  readonly ranking: string;
  /** Of the lexemes of the whole ranking, among which Postgres divides what it finds. */
  readonly share: number;
}

export function englishRankingOf(query: SearchQuery): EnglishRanking {
  const english = { ...query, languages: query.languages.filter((language) => language === 'en') };
  const ranking = rankingOf(english) ?? '';
  return { ranking, share: countOf(ranking) / countOf(rankingOf(query) ?? '') };
}

function countOf(ranking: string): number {
  return new Set(ranking.match(/'[^']+'/gu)).size;
}

function alternativesOf({ languages }: SearchQuery, { words, kind }: SearchTerm): string {
  const [word = ''] = words;
  if (kind === 'prefix') return `'${word}':*`;
  if (kind === 'exact') return words.map((one) => `'${one}'`).join(' <-> ');
  const forms = new Set([word, ...languages.flatMap((language) => stemsOf(word, language))]);
  return [...forms].map((form) => `'${form}'`).join(' | ');
}

function termsOfPhrase(text: string, isExcluded: boolean): SearchTerm[] {
  const words = nonEmpty(wordsOf(text)).slice(0, MAX_PHRASE_WORDS);
  return words.length === 0 ? [] : [{ words, kind: 'exact', isExcluded }];
}

/** What holds several words ("e-mail", a text without spaces) is looked for as it stands. */
function termsOfWord(text: string, isExcluded: boolean): SearchTerm[] {
  const words = nonEmpty(wordsOf(text)).slice(0, MAX_PHRASE_WORDS);
  const [word] = words;
  if (word === undefined) return [];
  if (words.length > 1) return [{ words, kind: 'exact', isExcluded }];
  const isPrefix = text.endsWith('*') && word.length >= MIN_PREFIX_CHARS;
  return [{ words, kind: isPrefix ? 'prefix' : 'any_form', isExcluded }];
}

/** Words that every text holds say nothing, unless there are no others. */
function withoutCommonWords(terms: readonly SearchTerm[], language: AnalysisLanguage): readonly SearchTerm[] {
  const telling = terms.filter(
    ({ kind, words: [word = ''] }) => kind !== 'any_form' || !isStopWord(word, language),
  );
  return telling.length > 0 ? telling : terms;
}

function nonEmpty(words: readonly string[]): string[] {
  return words.filter((word) => word !== '');
}
