import { stopwords as arabic } from '@orama/stopwords/arabic';
import { stopwords as armenian } from '@orama/stopwords/armenian';
import { stopwords as bulgarian } from '@orama/stopwords/bulgarian';
import { stopwords as danish } from '@orama/stopwords/danish';
import { stopwords as dutch } from '@orama/stopwords/dutch';
import { stopwords as english } from '@orama/stopwords/english';
import { stopwords as finnish } from '@orama/stopwords/finnish';
import { stopwords as french } from '@orama/stopwords/french';
import { stopwords as german } from '@orama/stopwords/german';
import { stopwords as greek } from '@orama/stopwords/greek';
import { stopwords as hungarian } from '@orama/stopwords/hungarian';
import { stopwords as indonesian } from '@orama/stopwords/indonesian';
import { stopwords as italian } from '@orama/stopwords/italian';
import { stopwords as norwegian } from '@orama/stopwords/norwegian';
import { stopwords as portuguese } from '@orama/stopwords/portuguese';
import { stopwords as romanian } from '@orama/stopwords/romanian';
import { stopwords as russian } from '@orama/stopwords/russian';
import { stopwords as spanish } from '@orama/stopwords/spanish';
import { stopwords as swedish } from '@orama/stopwords/swedish';
import { stopwords as turkish } from '@orama/stopwords/turkish';
import { stopwords as ukrainian } from '@orama/stopwords/ukrainian';
import type { AnalysisLanguage } from './stemming.js';
import { wordsOf } from './words.js';

/** What the package's English list leaves out. */
const MORE_ENGLISH = 'a also many much';
const GRAMMAR_OF_JAPANESE = /^\p{sc=Hiragana}+$/u;
const FIRST_HIRAGANA = '\u3041';

function setOf(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap(wordsOf));
}

const STOP_WORDS: Readonly<Record<AnalysisLanguage, ReadonlySet<string>>> = {
  ar: setOf(arabic),
  bg: setOf(bulgarian),
  da: setOf(danish),
  de: setOf(german),
  el: setOf(greek),
  en: setOf([...english, MORE_ENGLISH]),
  es: setOf(spanish),
  fi: setOf(finnish),
  fr: setOf(french),
  hu: setOf(hungarian),
  hy: setOf(armenian),
  id: setOf(indonesian),
  it: setOf(italian),
  nl: setOf(dutch),
  no: setOf(norwegian),
  pt: setOf(portuguese),
  ro: setOf(romanian),
  ru: setOf(russian),
  sv: setOf(swedish),
  tr: setOf(turkish),
  uk: setOf(ukrainian),
};

/** Whether a word of `wordsOf` is one of those that every text holds. */
export function isStopWord(word: string, language: AnalysisLanguage): boolean {
  return STOP_WORDS[language].has(word) || (word >= FIRST_HIRAGANA && GRAMMAR_OF_JAPANESE.test(word));
}
