import type { SparseRows } from './principal-axes.js';

/** The terms of texts, weighed by how rare they are (TF-IDF), as rows of unit length. */
export function lexicalRows(texts: readonly (readonly string[])[], leastTexts: number): SparseRows {
  const frequency = new Map<string, number>();
  for (const terms of texts)
    for (const term of new Set(terms)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const columns = new Map<string, number>();
  for (const [term, count] of frequency) if (count >= leastTexts) columns.set(term, columns.size);
  const cells = texts.map((terms) =>
    rowOf(terms, columns, (term) => rarity(frequency.get(term) ?? 1, texts.length)),
  );
  return { rows: texts.length, columns: Math.max(1, columns.size), cells };
}

function rowOf(
  terms: readonly string[],
  columns: ReadonlyMap<string, number>,
  weigh: (term: string) => number,
): SparseRows['cells'][number] {
  const known = [...new Set(terms)].flatMap((term) => {
    const column = columns.get(term);
    return column === undefined ? [] : [{ column, weight: weigh(term) }];
  });
  const length = Math.sqrt(known.reduce((sum, { weight }) => sum + weight ** 2, 0)) || 1;
  return {
    columns: Int32Array.from(known, ({ column }) => column),
    values: Float32Array.from(known, ({ weight }) => weight / length),
  };
}

function rarity(texts: number, all: number): number {
  return Math.log((all + 1) / (texts + 1)) + 1;
}
