/** A passage with its distance from the question. */
export interface NearPassage {
  readonly id: string;
  readonly datasourceId: string;
  readonly distance: number;
}

/** The ids of the nearest ones, by distance and the weight of their source, best first. */
export function nearestOf(
  passages: readonly NearPassage[],
  weights: ReadonlyMap<string, number>,
  count: number,
): string[] {
  const weighted = passages.map(({ id, datasourceId, distance }) => ({
    id,
    value: (1 - distance) * (weights.get(datasourceId) ?? 1),
  }));
  weighted.sort((a, b) => b.value - a.value || a.id.localeCompare(b.id));
  return weighted.slice(0, count).map(({ id }) => id);
}
