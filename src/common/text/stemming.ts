import { stemmer as arabic } from '@orama/stemmers/arabic';
import { stemmer as armenian } from '@orama/stemmers/armenian';
import { stemmer as bulgarian } from '@orama/stemmers/bulgarian';
import { stemmer as danish } from '@orama/stemmers/danish';
import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as finnish } from '@orama/stemmers/finnish';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as greek } from '@orama/stemmers/greek';
import { stemmer as hungarian } from '@orama/stemmers/hungarian';
import { stemmer as indonesian } from '@orama/stemmers/indonesian';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as norwegian } from '@orama/stemmers/norwegian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as romanian } from '@orama/stemmers/romanian';
import { stemmer as russian } from '@orama/stemmers/russian';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stemmer as swedish } from '@orama/stemmers/swedish';
import { stemmer as turkish } from '@orama/stemmers/turkish';
import { stemmer as ukrainian } from '@orama/stemmers/ukrainian';

/** How words of a language are reduced to their stems. */
export type Stemmer = (word: string) => string;

const STEMMERS = {
  ar: arabic,
  bg: (word) => bulgarian(changeable(word)),
  da: danish,
  de: german,
  el: greek,
  en: english,
  es: spanish,
  fi: finnish,
  fr: french,
  hu: hungarian,
  hy: armenian,
  id: indonesian,
  it: italian,
  nl: dutch,
  no: norwegian,
  pt: portuguese,
  ro: romanian,
  ru: russian,
  sv: swedish,
  tr: turkish,
  uk: ukrainian,
} as const satisfies Record<string, Stemmer>;

/** The Bulgarian stemmer replaces letters in place, which strings do not allow: it throws. A list of letters does. */
function changeable(word: string): string {
  const letters = Array.from(word);
  const substring = (from: number, to: number): string => letters.slice(from, to).join('');
  return Object.assign(letters, { substring }) as unknown as string;
}

/** A language whose words are stemmed. Texts in any other are analysed as English ones. */
export type AnalysisLanguage = keyof typeof STEMMERS;

export const ANALYSIS_LANGUAGES = Object.keys(STEMMERS) as readonly AnalysisLanguage[];

const READ_AS = new Map<string, AnalysisLanguage>([
  ...ANALYSIS_LANGUAGES.map((language) => [language, language] as const),
  ['nb', 'no'],
  ['nn', 'no'],
  ['ms', 'id'],
]);

/** @param language a language tag such as `de` or `pt-BR`. */
export function analysisLanguageOf(language: string | null | undefined): AnalysisLanguage {
  if (!language) return 'en';
  return READ_AS.get(language) ?? READ_AS.get(language.toLowerCase().split(/[-_]/, 1)[0] ?? '') ?? 'en';
}

export function stemmerOf(language: AnalysisLanguage): Stemmer {
  return STEMMERS[language];
}
