import { detect } from 'tinyld';
import type { TextDirection } from '../../ports/page-extractor.port.js';

const LANGUAGE_SAMPLE_CHARS = 4_000;
const LANGUAGE_PIECE_CHARS = 200;
/** Below this, detection is guessing. */
const MIN_LANGUAGE_SAMPLE_CHARS = 40;
/** Paragraphs that come later do not count. */
const PARAGRAPH_WINDOW_CHARS = 40_000;
/** Shorter lines are labels, names and links rather than sentences. */
const MIN_PARAGRAPH_CHARS = 60;
/** A heading, a row of a table or an item of a list, in Markdown. */
const NO_PARAGRAPH = /^ {0,3}(?:[#|]|[-*+][ \t]|\d{1,9}[.)][ \t])/;
/** A character of Chinese, Japanese or Korean says as much as three of an alphabet. */
const WIDE_CHARACTERS = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/g;
const RIGHT_TO_LEFT = new Set([
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'iw',
  'ks',
  'ps',
  'sd',
  'ug',
  'ur',
  'yi',
]);

/**
 * Primary subtag of the language that a text is written in, unless there is too little of it. The detector errs now
 * and then, on long texts too; the vote of many short pieces does not. Names of people and places speak other
 * languages: where there are paragraphs, tables and lists have no say.
 *
 * @param text Markdown.
 */
export function languageOfText(text: string): string | undefined {
  const words = sampleOf(text);
  if (words.length < MIN_LANGUAGE_SAMPLE_CHARS) return undefined;
  const votes = new Map<string, number>();
  for (let start = 0; start < words.length; start += LANGUAGE_PIECE_CHARS) {
    const language = primaryTag(detect(words.slice(start, start + LANGUAGE_PIECE_CHARS)));
    if (language) votes.set(language, (votes.get(language) ?? 0) + 1);
  }
  return [...votes].reduce<[string | undefined, number]>(
    (best, vote) => (vote[1] > best[1] ? vote : best),
    [undefined, 0],
  )[0];
}

function sampleOf(text: string): string {
  const lines = text.slice(0, PARAGRAPH_WINDOW_CHARS).split('\n');
  const paragraphs = wordsIn(lines.filter(isParagraph).join('\n'));
  return paragraphs.length >= MIN_LANGUAGE_SAMPLE_CHARS ? paragraphs : wordsIn(text);
}

function isParagraph(line: string): boolean {
  if (NO_PARAGRAPH.test(line)) return false;
  return line.length + 2 * (line.match(WIDE_CHARACTERS)?.length ?? 0) >= MIN_PARAGRAPH_CHARS;
}

function wordsIn(text: string): string {
  return text.slice(0, LANGUAGE_SAMPLE_CHARS).replace(/[^\p{L}\p{M}'’]+/gu, ' ');
}

export function directionOfLanguage(language: string | undefined): TextDirection | undefined {
  if (!language) return undefined;
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

/** The primary subtag of a language tag. */
export function primaryTag(tag: string): string | undefined {
  return /^\s*([a-z]{2,3})(?:[-_,\s]|$)/i.exec(tag)?.[1]?.toLowerCase();
}
