import { type AnalysisLanguage, contentTermsOf, isStopWord, wordsOf } from '#common/text';

/** A word or a pair of words as it is counted and as it is shown. */
interface Term {
  readonly key: string;
  readonly shown: string;
}

/** How often a term comes in one class and in all, and how it is mostly written. */
interface ClassCounts {
  readonly terms: Map<string, number>;
  total: number;
}

const MOST_TERMS = 8;
/** Pairs say more than words alone. */
const PAIR_BONUS = 1.3;
/** A term that nearly no question of the topic holds is chance. */
const LEAST_SHARE = 0.1;

/**
 * The terms that set each class of texts apart from the others, best first (class-based TF-IDF, Grootendorst 2022,
 * "BERTopic").
 */
export function distinctiveTerms(
  texts: readonly string[],
  languages: readonly AnalysisLanguage[],
  classOf: ArrayLike<number>,
): string[][] {
  const classes: ClassCounts[] = [];
  const overall = new Map<string, number>();
  const writings = new Map<string, Map<string, number>>();
  const sizes: number[] = [];
  texts.forEach((text, index) => {
    const label = classOf[index] ?? -1;
    if (label < 0) return;
    const counts = (classes[label] ??= { terms: new Map(), total: 0 });
    sizes[label] = (sizes[label] ?? 0) + 1;
    for (const { key, shown } of distinct(termsOf(text, languages[index] ?? 'en'))) {
      counts.terms.set(key, (counts.terms.get(key) ?? 0) + 1);
      counts.total += 1;
      overall.set(key, (overall.get(key) ?? 0) + 1);
      const written = writings.get(key) ?? new Map<string, number>();
      written.set(shown, (written.get(shown) ?? 0) + 1);
      writings.set(key, written);
    }
  });
  const mean = classes.reduce((sum, { total }) => sum + total, 0) / Math.max(1, classes.length);
  return Array.from(classes, (counts, label) =>
    best(counts, sizes[label] ?? 1, overall, mean).map((key) => shownOf(key, writings)),
  );
}

function best(
  counts: ClassCounts | undefined,
  size: number,
  overall: ReadonlyMap<string, number>,
  mean: number,
): string[] {
  const scored = [...(counts?.terms ?? [])]
    .filter(([, count]) => count / size >= LEAST_SHARE)
    .map(([key, count]) => ({
      key,
      score:
        (count / size) * Math.log(1 + mean / (overall.get(key) ?? 1)) * (key.includes(' ') ? PAIR_BONUS : 1),
    }))
    .sort((one, other) => other.score - one.score || one.key.localeCompare(other.key));
  const chosen: string[] = [];
  for (const { key } of scored) {
    if (chosen.length === MOST_TERMS) break;
    const said = new Set(chosen.flatMap((one) => one.split(' ')));
    if (!key.split(' ').every((word) => said.has(word))) chosen.push(key);
  }
  return chosen;
}

function termsOf(text: string, language: AnalysisLanguage): Term[] {
  const words = wordsOf(text).map((word) => {
    const key = isStopWord(word, language) ? '' : (contentTermsOf(word, language)[0] ?? '');
    return { key, shown: word };
  });
  const singles = words.filter(({ key }) => key !== '');
  const pairs = words.slice(1).flatMap((word, index) => {
    const before = words[index];
    return before && before.key !== '' && word.key !== '' && before.key !== word.key
      ? [{ key: `${before.key} ${word.key}`, shown: `${before.shown} ${word.shown}` }]
      : [];
  });
  return [...singles, ...pairs];
}

function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [term.key, term])).values()];
}

function shownOf(key: string, writings: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const written = [...(writings.get(key) ?? [])].sort(
    ([one, a], [other, b]) => b - a || one.localeCompare(other),
  );
  return written[0]?.[0] ?? key;
}
