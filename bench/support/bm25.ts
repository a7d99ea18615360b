import type { SquadPassage } from './squad.js';

const SATURATION = 1.2;
const LENGTH_INFLUENCE = 0.75;

/** The floor: BM25 over lower-cased words of title and text, nothing else. Gives passage ids, best first. */
export function bm25Of(passages: readonly SquadPassage[]): (question: string) => string[] {
  const texts = passages.map(({ id, title, text }) => ({ id, words: wordsOf(`${title} ${text}`) }));
  const counted = texts.map(({ id, words }) => ({ id, length: words.length, counts: countsOf(words) }));
  const meanLength = counted.reduce((sum, { length }) => sum + length, 0) / counted.length;
  const holders = countsOf(counted.flatMap(({ counts }) => [...counts.keys()]));
  const rarity = (word: string): number => {
    const count = holders.get(word) ?? 0;
    return Math.log(1 + (counted.length - count + 0.5) / (count + 0.5));
  };
  return (question) => {
    const asked = new Set(wordsOf(question));
    const scored = counted.map(({ id, length, counts }) => {
      const norm = SATURATION * (1 - LENGTH_INFLUENCE + (LENGTH_INFLUENCE * length) / meanLength);
      let score = 0;
      for (const word of asked) {
        const count = counts.get(word) ?? 0;
        score += (rarity(word) * count * (SATURATION + 1)) / (count + norm);
      }
      return { id, score };
    });
    return scored.sort((a, b) => b.score - a.score).map(({ id }) => id);
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
