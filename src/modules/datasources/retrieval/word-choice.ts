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
  /** By the index of a term: in how many passages a common term is, about. Those of the others are counted. */
  readonly estimates: ReadonlyMap<number, number>;
}

/** One passage of so many is in the sample. */
const SAMPLED_ONE_OF = 256;
/** So many passages of the sample, each of which stands for 256, are few enough to be ranked. */
const FEW = 40;
/** An absent term may yet be in some passages. */
const UNSEEN = 0.25;
/** Of more common terms the commonest tell next to nothing. */
const MOST_COMMON_TERMS = 8;
const MOST_TOGETHER = 3;

/**
 * Chooses which passages of very many to rank: those that hold a rare term of the question, or some of the common ones at
 * once. A passage that holds a single common term is never among the best while others hold more.
 *
 * @param terms as they stand in a query of full text.
 */
export function chooseByWords(terms: readonly string[], sample: readonly SampledPassages[]): WordChoice {
  const counts = terms.map((_, index) => countOf(sample, ({ held }) => held[index] === '1'));
  const rarestFirst = terms.map((_, index) => index).sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0));
  const rare: number[] = [];
  let sum = 0;
  for (const index of rarestFirst) {
    sum += Math.max(UNSEEN, counts[index] ?? 0);
    if (sum > FEW) break;
    rare.push(index);
  }
  const common = rarestFirst.slice(rare.length);
  const together = togetherOf(sample, rare, common.slice(0, MOST_COMMON_TERMS));
  const parts = [...rare.map((index) => [index]), ...together];
  return {
    query: parts.map((indexes) => `(${indexes.map((index) => terms[index]).join(' & ')})`).join(' | '),
    estimates: new Map(common.map((index) => [index, (counts[index] ?? 0) * SAMPLED_ONE_OF])),
  };
}

/** Sets of common terms of which a passage has to hold one: as small as will do to leave few passages, but some. */
function togetherOf(
  sample: readonly SampledPassages[],
  rare: readonly number[],
  common: readonly number[],
): number[][] {
  if (common.length === 0) return [];
  const without = sample.filter(({ held }) => !rare.some((index) => held[index] === '1'));
  const holding = (size: number): number =>
    countOf(without, ({ held }) => common.filter((index) => held[index] === '1').length >= size);
  const most = Math.min(MOST_TOGETHER, common.length);
  let size = Math.min(2, most);
  while (size < most && holding(size) > FEW && holding(size + 1) > 0) size += 1;
  if (rare.length === 0 && holding(size) === 0) size = 1;
  return setsOf(common, size);
}

function setsOf(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) => setsOf(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]));
}

function countOf(sample: readonly SampledPassages[], fits: (passages: SampledPassages) => boolean): number {
  return sample.reduce((sum, passages) => sum + (fits(passages) ? passages.passages : 0), 0);
}
