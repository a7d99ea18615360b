/** What is known of a topic when groups are matched with topics. */
export interface KnownTopic {
  readonly id: string;
  /** The team has made it of several: it takes all groups that were mostly its own. */
  readonly isUnited: boolean;
}

/** Less in common, and a group is another topic. */
const LEAST_IN_COMMON = 0.3;

/**
 * Which known topic each new group is: the one with which it has most members in common. Each topic is given once, to the
 * group that has most of it, so that names and decisions stay where they were.
 *
 * @param groupOf the new group of each member, -1 for none.
 * @param topicOf the topic of each member before, null for none.
 * @returns for each group the id of its topic; null where it is a new one.
 */
export function keepIdentity(
  groupOf: ArrayLike<number>,
  topicOf: readonly (string | null)[],
  known: readonly KnownTopic[],
): (string | null)[] {
  const groups = Math.max(0, ...Array.from(groupOf, (group) => group + 1));
  const united = new Set(known.filter(({ isUnited }) => isUnited).map(({ id }) => id));
  const ids = new Set(known.map(({ id }) => id));
  const groupSizes = new Array<number>(groups).fill(0);
  const topicSizes = new Map<string, number>();
  const overlaps = new Map<string, { group: number; topic: string; count: number }>();
  topicOf.forEach((topic, member) => {
    const group = groupOf[member] ?? -1;
    if (topic === null || !ids.has(topic)) return;
    topicSizes.set(topic, (topicSizes.get(topic) ?? 0) + 1);
    if (group < 0) return;
    groupSizes[group] = (groupSizes[group] ?? 0) + 1;
    const key = `${group} ${topic}`;
    const overlap = overlaps.get(key) ?? { group, topic, count: 0 };
    overlap.count += 1;
    overlaps.set(key, overlap);
  });
  const kept = new Array<string | null>(groups).fill(null);
  const taken = new Set<string>();
  const best = [...overlaps.values()].sort(
    (one, other) => other.count - one.count || one.group - other.group,
  );
  for (const { group, topic, count } of best) {
    if (kept[group] !== null || (taken.has(topic) && !united.has(topic))) continue;
    const smaller = Math.min(groupSizes[group] ?? 0, topicSizes.get(topic) ?? 0);
    if (count < smaller * LEAST_IN_COMMON) continue;
    kept[group] = topic;
    taken.add(topic);
  }
  return kept;
}
