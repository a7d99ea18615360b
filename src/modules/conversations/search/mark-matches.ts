import { wordsOf } from '#common/text';
import { stemsOf } from './message-lexemes.js';
import type { SearchQuery, SearchTerm } from './parse-search.js';

/** From where to where, in UTF-16 units: as strings are counted in JavaScript. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

/** A piece of a message and what of it was looked for. Plain text: whoever shows it escapes it. */
export interface Snippet {
  readonly text: string;
  readonly marks: readonly Mark[];
  /** Whether there is more of the message before. */
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}

interface Word extends Mark {
  readonly word: string;
}

const SNIPPET_CHARS = 240;
const CONTEXT_CHARS = 60;
const MAX_MARKS = 50;
const MAX_SCANNED_CHARS = 50_000;
const RUN = /\p{N}+(?:[.,]\p{N}+)+|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
const SPACELESS =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]{2,}$/u;

/** The piece of a text around the first place where most of what is looked for stands together. */
export function snippetOf(text: string, query: SearchQuery): Snippet {
  const marks = marksIn(text.slice(0, MAX_SCANNED_CHARS), query);
  const [from, to] = windowOf(text, marks);
  return {
    text: text.slice(from, to),
    marks: marks
      .filter(({ start, end }) => start >= from && end <= to)
      .slice(0, MAX_MARKS)
      .map(({ start, end }) => ({ start: start - from, end: end - from })),
    isCutBefore: from > 0,
    isCutAfter: to < text.length,
  };
}

function marksIn(text: string, query: SearchQuery): Mark[] {
  const wanted = query.terms.filter(({ isExcluded }) => !isExcluded).map((term) => matcherOf(term, query));
  const words = wordsIn(text);
  const marks: Mark[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const length = Math.max(0, ...wanted.map((matches) => matches(words, at)));
    const [first, last] = [words[at], words[at + length - 1]];
    if (length === 0 || !first || !last) continue;
    const before = marks.at(-1);
    if (before && first.start <= before.end) marks[marks.length - 1] = { start: before.start, end: last.end };
    else marks.push({ start: first.start, end: last.end });
  }
  return marks;
}

/** How many words from `at` on are what the term looks for; 0 when they are not. */
function matcherOf(
  { kind, words }: SearchTerm,
  { languages }: SearchQuery,
): (text: readonly Word[], at: number) => number {
  const [first = ''] = words;
  if (kind === 'prefix') return (text, at) => (text[at]?.word.startsWith(first) ? 1 : 0);
  if (kind === 'exact')
    return (text, at) => (words.every((word, index) => text[at + index]?.word === word) ? words.length : 0);
  const stems = new Set(languages.flatMap((language) => stemsOf(first, language)));
  const known = new Map<string, boolean>();
  // Few languages change how a word begins, and stemming every word of a page in all of them takes longer than the search.
  const isForm = (word: string): boolean =>
    word === first ||
    (beginningOf(word) === beginningOf(first) &&
      languages.some((language) => stemsOf(word, language).some((stem) => stems.has(stem))));
  return (text, at) => {
    const word = text[at]?.word ?? '';
    const is = known.get(word) ?? isForm(word);
    known.set(word, is);
    return is ? 1 : 0;
  };
}

/** Its first letter, without accents. */
function beginningOf(word: string): string {
  return word.normalize('NFD').slice(0, 1);
}

/** The words of a text as `wordsOf` gives them, and where they stand. */
function wordsIn(text: string): Word[] {
  const found: Word[] = [];
  for (const { 0: run, index: start } of text.matchAll(RUN)) {
    if (SPACELESS.test(run)) found.push(...pairsIn(run, start));
    else
      for (const word of wordsOf(run)) if (word !== '') found.push({ word, start, end: start + run.length });
  }
  return found;
}

/** Each pair of neighbouring characters, as scripts without spaces are searched. */
function pairsIn(run: string, offset: number): Word[] {
  const characters = Array.from(run);
  const pairs: Word[] = [];
  let start = offset;
  for (let at = 0; at + 1 < characters.length; at += 1) {
    const [left = '', right = ''] = [characters[at], characters[at + 1]];
    pairs.push({ word: wordsOf(left + right)[0] ?? '', start, end: start + left.length + right.length });
    start += left.length;
  }
  return pairs;
}

function windowOf(text: string, marks: readonly Mark[]): readonly [number, number] {
  if (text.length <= SNIPPET_CHARS) return [0, text.length];
  const best = densest(marks);
  const from = best <= CONTEXT_CHARS ? 0 : afterSpace(text, best - CONTEXT_CHARS, best);
  const to = Math.min(text.length, from + SNIPPET_CHARS);
  return [from, to === text.length ? to : beforeSpace(text, to, from + SNIPPET_CHARS / 2)];
}

/** Where the mark begins after which most others follow within a snippet. */
function densest(marks: readonly Mark[]): number {
  let best = { start: 0, count: 0 };
  for (let first = 0, last = 0; first < marks.length; first += 1) {
    const start = marks[first]?.start ?? 0;
    while ((marks[last]?.end ?? Infinity) <= start + SNIPPET_CHARS - CONTEXT_CHARS) last += 1;
    if (last - first > best.count) best = { start, count: last - first };
  }
  return best.start;
}

function afterSpace(text: string, from: number, until: number): number {
  const space = text.slice(from, until).search(/\s/);
  return wholeAt(text, space === -1 ? from : from + space + 1);
}

function beforeSpace(text: string, to: number, from: number): number {
  const tail = /\s\S*$/u.exec(text.slice(from, to));
  return wholeAt(text, tail ? from + tail.index : to);
}

/** Never within a character. */
function wholeAt(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at;
}
