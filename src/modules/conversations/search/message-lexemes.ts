import { detect } from 'tinyld';
import { type AnalysisLanguage, analysisLanguageOf, contentTermsOf, isStopWord, wordsOf } from '#common/text';
import { blocksOf } from './time-blocks.js';

/** Limits of Postgres: positions beyond are clamped, and more of them dropped. */
const LAST_POSITION = 16_383;
const MAX_POSITIONS = 255;
/** The end of a longer text is not searched. */
const MAX_SEARCHED_CHARS = 100_000;
const SAMPLE_CHARS = 600;
/** Below this, detection is guessing. */
const SURE_CHARS = 40;

/** Where a message stands, which its search row says in words: they narrow a search down within its one index. */
export interface MessagePlace {
  readonly workspaceId: string;
  readonly botId: string;
  /** Which says the time, too. */
  readonly messageId: string;
}

/** The words of a message. */
export interface MessageWords extends MessagePlace {
  readonly content: string;
  /** Something else that was said in the same turn, to tell the language of a short message by. */
  readonly beside: string;
}

/** The lexemes of a message, as a literal to be bound as text and cast to `tsvector`. */
export function lexemesOf(message: MessageWords): string {
  const positions = new Map<string, number[]>();
  const languages = languagesOf(message.content, message.beside);
  wordsOf(message.content.slice(0, MAX_SEARCHED_CHARS)).forEach((word, index) => {
    if (word === '') return;
    const at = Math.min(index + 1, LAST_POSITION);
    for (const lexeme of new Set([word, ...languages.flatMap((language) => stemsOf(word, language))]))
      note(positions, lexeme, at);
  });
  const said = [...positions].map(([lexeme, at]) => `'${lexeme}':${at.join(',')}`);
  return [...placeLexemesOf(message).map((lexeme) => `'${lexeme}'`), ...said].join(' ');
}

/** The stem of a word in one language; none of a word that every text holds. */
export function stemsOf(word: string, language: AnalysisLanguage): string[] {
  if (isStopWord(word, language)) return [];
  // Stems of other languages than English begin with theirs; the mark keeps them apart from words.
  return contentTermsOf(word, language).map((term) => (term.includes(':') ? `~${term}` : term));
}

/** All messages of a workspace, or of a bot, hold this lexeme. */
export function placeLexeme({ workspaceId, botId }: { workspaceId: string; botId?: string }): string {
  return botId === undefined ? `@w${shortOf(workspaceId)}` : `@b${shortOf(botId)}`;
}

/** All messages of a workspace, or of a bot, that were said in a block of time hold this one. */
export function blockLexeme(place: { workspaceId: string; botId?: string }, block: string): string {
  return `${placeLexeme(place)}${block}`;
}

/** Where and when a message was said. */
export function placeLexemesOf({ workspaceId, botId, messageId }: MessagePlace): string[] {
  return [{ workspaceId }, { workspaceId, botId }].flatMap((place) => [
    placeLexeme(place),
    ...blocksOf(messageId).map((block) => blockLexeme(place, block)),
  ]);
}

/** Ids begin with the time; what tells most of them apart is their end. Rows are compared by their whole ids, too. */
function shortOf(id: string): string {
  return id.slice(-8).toLowerCase();
}

/** The language of a message. What is too short to tell is read in the likeliest one and in English. */
function languagesOf(content: string, beside: string): AnalysisLanguage[] {
  const own = lettersOf(content);
  const sample = own.length >= SURE_CHARS ? own : `${own} ${lettersOf(beside)}`;
  const detected = analysisLanguageOf(detect(sample.slice(0, SAMPLE_CHARS)) || null);
  return sample.length >= SURE_CHARS ? [detected] : [...new Set<AnalysisLanguage>(['en', detected])];
}

function lettersOf(text: string): string {
  return text
    .slice(0, SAMPLE_CHARS)
    .replace(/[^\p{L}\p{M}'’]+/gu, ' ')
    .trim();
}

function note(positions: Map<string, number[]>, lexeme: string, position: number): void {
  const known = positions.get(lexeme);
  if (!known) positions.set(lexeme, [position]);
  else if (known.length < MAX_POSITIONS) known.push(position);
}
