/** How far two ways to group the same things agree. */
export interface Agreement {
  /** Normalised mutual information, by the arithmetic mean. */
  readonly nmi: number;
  /** Adjusted Rand index. */
  readonly ari: number;
}

export function agreementOf(gold: readonly string[], found: ArrayLike<number>): Agreement {
  const golds = new Map<string, number>();
  const founds = new Map<string, number>();
  const both = new Map<string, { readonly gold: string; readonly found: string; count: number }>();
  gold.forEach((one, index) => {
    const other = String(found[index]);
    golds.set(one, (golds.get(one) ?? 0) + 1);
    founds.set(other, (founds.get(other) ?? 0) + 1);
    const key = `${one}\n${other}`;
    const cell = both.get(key) ?? { gold: one, found: other, count: 0 };
    cell.count += 1;
    both.set(key, cell);
  });
  const all = gold.length;
  let information = 0;
  let pairs = 0;
  for (const { gold: one, found: other, count } of both.values()) {
    information +=
      (count / all) * Math.log((count * all) / ((golds.get(one) ?? 1) * (founds.get(other) ?? 1)));
    pairs += pairsOf(count);
  }
  const [goldPairs, foundPairs] = [sumOfPairs(golds), sumOfPairs(founds)];
  const expected = (goldPairs * foundPairs) / pairsOf(all);
  return {
    nmi: information / ((entropyOf(golds, all) + entropyOf(founds, all)) / 2),
    ari: (pairs - expected) / ((goldPairs + foundPairs) / 2 - expected),
  };
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}

function sumOfPairs(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + pairsOf(size), 0);
}

function entropyOf(sizes: ReadonlyMap<string, number>, all: number): number {
  return [...sizes.values()].reduce((sum, size) => sum - (size / all) * Math.log(size / all), 0);
}
