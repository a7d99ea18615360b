import { detect } from 'tinyld';
import type { TextDirection } from '../../ports/page-extractor.port.js';

const LANGUAGE_SAMPLE_CHARS = 4_000;
const LANGUAGE_PIECE_CHARS = 200;
/** Below this, detection is guessing. */
const MIN_LANGUAGE_SAMPLE_CHARS = 40;
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
 * and then, on long texts too; the vote of many short pieces does not.
 */
export function languageOfText(text: string): string | undefined {
  const words = text.slice(0, LANGUAGE_SAMPLE_CHARS).replace(/[^\p{L}\p{M}'’]+/gu, ' ');
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

export function directionOfLanguage(language: string | undefined): TextDirection | undefined {
  if (!language) return undefined;
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

/** The primary subtag of a language tag. */
export function primaryTag(tag: string): string | undefined {
  return /^\s*([a-z]{2,3})(?:[-_,\s]|$)/i.exec(tag)?.[1]?.toLowerCase();
}
