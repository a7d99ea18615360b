/** How many of the sampled passages hold the same of the asked terms. */
export interface SampledPassages {
  /** A `1` or `0` for each term, in their order. */
  readonly held: string;
  readonly passages: number;
}

/** Which passages are ranked by their words. */
export interface WordChoice {
  /** A query of full text: each passage that it finds is ranked. */
  readonly query: string;
  /** A further one, for where that may find next to nothing. It finds too many: some of them are ranked. */
  readonly rest: string | null;
  /** More are not ranked, whatever they hold. */
  readonly most: number;
  /** By the index of a term: in how many passages a common term is, about. Those of the others are counted. */
  readonly estimates: ReadonlyMap<number, number>;
}

/** So many sampled passages at least tell how common a term is to a few percent. */
const SAMPLED = 3_000;
const MOST_SAMPLED_ONE_OF = 256;
export const LEAST_SAMPLED_ONE_OF = 16;
/** A choice finds no more than twice the few, unless the sample was a very unlikely one or nothing else is left. */
const MOST_OF_FEW = 4;
/** An absent term may yet be in some passages: in so many for each that a sampled one stands for. */
const UNSEEN = 0.25;
/** Of more common terms the commonest tell next to nothing. */
const MOST_COMMON_TERMS = 8;
const MOST_TOGETHER = 3;

/** One passage of how many is sampled, of so many: a power of two. */
export function sampledOneOf(passages: number): number {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, passages / SAMPLED)));
  return Math.min(MOST_SAMPLED_ONE_OF, Math.max(LEAST_SAMPLED_ONE_OF, wanted));
}

/**
 * Chooses which passages of very many to rank: those that hold a rare term of the question, and those that hold some of
 * the common ones at once, what is rarest first, while they are not too many. Others hold less of the question.
 *
 * @param terms as they stand in a query of full text.
 * @param size.oneOf for how many passages a sampled one stands.
 * @param size.few so many are ranked for their rare terms at most, and as many for the common ones that they hold at once.
 */
export function chooseByWords(
  terms: readonly string[],
  sample: readonly SampledPassages[],
  { oneOf, few }: { readonly oneOf: number; readonly few: number },
): WordChoice {
  const left = new Sample(sample, oneOf);
  const counts = terms.map((_, index) => left.holding([index]));
  const rarestFirst = terms.map((_, index) => index).sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0));
  const parts: number[][] = [];
  let sum = 0;
  for (const index of rarestFirst) {
    sum += Math.max(UNSEEN * oneOf, left.holding([index]));
    if (sum > few) break;
    parts.push([index]);
    left.remove([index]);
  }
  const common = rarestFirst.slice(parts.length);
  const rarity = (set: readonly number[]): number =>
    set.reduce((total, index) => total + Math.log(left.size / Math.max(1, counts[index] ?? 0)), 0);
  const sets = setsUpTo(MOST_TOGETHER, common.slice(0, MOST_COMMON_TERMS)).sort(
    (a, b) => rarity(b) - rarity(a),
  );
  let together = 0;
  let rest: number[] | undefined;
  for (const set of sets) {
    if (parts.some((part) => part.every((index) => set.includes(index)))) continue;
    const more = Math.max(set.length === 1 ? UNSEEN * oneOf : 0, left.holding(set));
    if (together + more > few) {
      rest ??= set;
      continue;
    }
    together += more;
    parts.push(set);
    left.remove(set);
  }
  const asQuery = (set: readonly number[]): string => `(${set.map((index) => terms[index]).join(' & ')})`;
  const query = parts.map(asQuery).join(' | ');
  const last = rest && left.removed === 0 ? asQuery(rest) : '';
  const isCounted = (index: number): boolean => parts.some((part) => part.length === 1 && part[0] === index);
  return {
    query: query || last,
    rest: query && last ? last : null,
    most: few * MOST_OF_FEW,
    estimates: new Map(
      common.flatMap((index) => (isCounted(index) ? [] : [[index, counts[index] ?? 0] as const])),
    ),
  };
}

/** Passages of a sample, and how many of all they stand for. */
class Sample {
  #left: readonly SampledPassages[];
  readonly size: number;

  constructor(
    sample: readonly SampledPassages[],
    private readonly oneOf: number,
  ) {
    this.#left = sample;
    this.size = this.#count(sample);
  }

  get removed(): number {
    return this.size - this.#count(this.#left);
  }

  /** How many there are yet that hold all of these terms. */
  holding(terms: readonly number[]): number {
    return this.#count(this.#left.filter((passages) => holds(passages, terms)));
  }

  remove(terms: readonly number[]): void {
    this.#left = this.#left.filter((passages) => !holds(passages, terms));
  }

  #count(sample: readonly SampledPassages[]): number {
    return this.oneOf * sample.reduce((sum, { passages }) => sum + passages, 0);
  }
}

function holds({ held }: SampledPassages, terms: readonly number[]): boolean {
  return terms.every((index) => held[index] === '1');
}

/** All sets of so many items at most. */
function setsUpTo(size: number, items: readonly number[]): number[][] {
  if (size === 0) return [];
  return items.flatMap((item, at) => [
    [item],
    ...setsUpTo(size - 1, items.slice(at + 1)).map((more) => [item, ...more]),
  ]);
}
