import { contentTermsOf, isStopWord } from '../../src/common/text/index.js';

/** A kind of search, and what is looked for. */
export interface SearchKind {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Said in ten messages of the whole history, whose words nobody else says. */
export const RARE_SAYING = 'The quokka wears a periwinkle cummerbund.';

/** What people look for among what was said: how often its words are said decides how it is found. */
export function searchKinds(sayings: readonly string[], times: number): SearchKind[] {
  const said = sayings.map(wordsIn);
  const sayingsOf = new Map<string, number>();
  for (const word of said.flat()) sayingsOf.set(word, (sayingsOf.get(word) ?? 0) + 1);
  const often = [...sayingsOf].sort(([, a], [, b]) => b - a).map(([word]) => word);
  const pairs = commonPairs(said, new Set(often.slice(0, 60)));
  const rareIn = (words: readonly string[]): string | undefined =>
    words.find((word) => sayingsOf.get(word) === 1);
  const withRare = said.filter((words) => rareIn(words) !== undefined && words.length > 2);
  const phrases = sayings.flatMap((saying) => /\p{L}{3,} \p{L}{3,} \p{L}{3,}/u.exec(saying)?.[0] ?? []);
  const some = <T>(all: readonly T[], textOf: (one: T) => string): string[] =>
    Array.from({ length: times }, (_, index) => {
      const one = all[Math.floor((index * all.length) / times)];
      return one === undefined ? 'ticket' : textOf(one);
    });
  return [
    {
      name: 'two words of a saying',
      texts: some(said, (words) => words.slice(-2).join(' ') || 'ticket'),
    },
    { name: 'two common words', texts: some(pairs.slice(0, 20), (pair) => pair) },
    {
      name: 'common and rare',
      texts: some(withRare, (words) => `${mostSaid(words, sayingsOf)} ${rareIn(words) ?? ''}`),
    },
    { name: 'rare', texts: some(withRare, (words) => rareIn(words) ?? '') },
    { name: 'said ten times', texts: some(['quokka', 'periwinkle cummerbund'], (text) => text) },
    { name: 'never said', texts: some(['zyzzyva', 'hotel zyzzyva'], (text) => text) },
    { name: 'common, one excluded', texts: some(pairs.slice(0, 20), (pair) => pair.replace(' ', ' -')) },
    { name: 'phrase', texts: some(phrases, (phrase) => `"${phrase}"`) },
    {
      name: 'prefix',
      texts: some(
        often.slice(0, 200).filter((word) => word.length > 4),
        (word) => `${word.slice(0, 3)}*`,
      ),
    },
  ];
}

/** Two words each, those first that are said together most. */
function commonPairs(said: readonly (readonly string[])[], common: ReadonlySet<string>): string[] {
  const counts = new Map<string, number>();
  for (const words of said) {
    const those = words.filter((word) => common.has(word)).sort();
    for (const [index, first] of those.entries())
      for (const second of those.slice(index + 1))
        counts.set(`${first} ${second}`, (counts.get(`${first} ${second}`) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([pair]) => pair);
}

function mostSaid(words: readonly string[], sayingsOf: ReadonlyMap<string, number>): string {
  return [...words].sort((a, b) => (sayingsOf.get(b) ?? 0) - (sayingsOf.get(a) ?? 0))[0] ?? '';
}

function wordsIn(saying: string): string[] {
  const words = new Set(saying.toLowerCase().match(/\p{L}{3,}/gu));
  return [...words].filter((word) => contentTermsOf(word, 'en').length > 0 && !isStopWord(word, 'en'));
}
