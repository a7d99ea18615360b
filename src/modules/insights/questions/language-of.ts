import { detect } from 'tinyld';
import { wordsOf } from '#common/text';

const LEAST_WORDS = 4;
const MOST_CHARACTERS = 200;

/** The language of a question, as ISO 639-1; English where it is too short to tell. */
export function languageOf(text: string): string {
  const start = text.slice(0, MOST_CHARACTERS);
  return wordsOf(start).length < LEAST_WORDS ? 'en' : detect(start) || 'en';
}
