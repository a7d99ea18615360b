/** Scripts that do not set words apart. */
const SPACELESS = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const TOKEN = new RegExp(
  [
    String.raw`[${SPACELESS}]+`,
    String.raw`\p{N}+(?:\.\p{N}+)+`,
    String.raw`[[\p{L}\p{M}\p{N}]--[${SPACELESS}]]+(?:'[[\p{L}\p{M}]--[${SPACELESS}]]+)*`,
  ].join('|'),
  'gv',
);
const IS_SPACELESS = new RegExp(`^[${SPACELESS}]`, 'v');
/** Thai, the first of those scripts. */
const FIRST_SPACELESS = '\u0e00';
const QUOTE_MARKS = /[‘’ʼ`]/g;
const THOUSANDS = /(?<=\p{N}),(?=\p{N}{3}(?!\p{N}))/gu;
const POSSESSIVE = /'s$/;
/** Longer words are names of files, hashes and the like; their beginning tells them apart. */
const MAX_WORD_CHARS = 64;

/**
 * The words of a text in reading order, in lower case and NFKC: letters and digits only, whatever the text holds.
 *
 * Scripts without spaces between words give each pair of neighbouring characters, on both sides of a search alike.
 */
export function wordsOf(text: string): string[] {
  const even = text.normalize('NFKC').toLowerCase().replace(QUOTE_MARKS, "'").replace(THOUSANDS, '');
  const words: string[] = [];
  for (const token of even.match(TOKEN) ?? []) {
    if (token >= FIRST_SPACELESS && IS_SPACELESS.test(token)) words.push(...pairsOf(token));
    else words.push(shortened(token.includes("'") ? withoutQuotes(token) : token));
  }
  return words;
}

function withoutQuotes(word: string): string {
  return word.replace(POSSESSIVE, '').replaceAll("'", '');
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

/** Never ends in half a character. */
function shortened(word: string): string {
  return word.length <= MAX_WORD_CHARS ? word : word.slice(0, MAX_WORD_CHARS).replace(/[\ud800-\udbff]$/, '');
}
