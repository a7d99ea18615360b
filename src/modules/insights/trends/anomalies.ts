/** What is watched. */
export const WATCHED = ['questions', 'answered', 'rating', 'cost', 'latency'] as const;
export type Watched = (typeof WATCHED)[number];

/** A stretch of a series. */
export interface WatchedPoint {
  readonly at: Date;
  /** When the next begins. */
  readonly until: Date;
  /** What it is like every week: the day of the week, or that and the hour. */
  readonly season: number;
  readonly questions: number;
  /** In which they were asked. */
  readonly conversations: number;
  readonly completed: number;
  readonly answered: number;
  readonly ratedUp: number;
  readonly ratedDown: number;
  readonly costUsd: number;
  readonly latencyMs: number | null;
}

/** Something that is not as usual. */
export interface Anomaly {
  readonly metric: Watched;
  readonly from: Date;
  readonly to: Date;
  readonly direction: 'up' | 'down';
  /** A count of questions, a share, dollars a question, or milliseconds. */
  readonly value: number;
  readonly expected: number;
  /** How many standard deviations it is from what is usual. */
  readonly score: number;
}

interface Found extends Anomaly {
  readonly start: number;
  readonly end: number;
}

/** Of all that is tried in a year, nothing should come to this by chance. */
const THRESHOLD = 4.5;
/** Less history tells nothing. */
const LEAST_POINTS = 14;
const LEAST_CHANGE_OF_COUNT = 8;
const LEAST_RATIO = 1.5;
const LEAST_CHANGE_OF_SHARE = 0.15;
const LEAST_RATED = 8;
const LEAST_RATIO_OF_AMOUNT = 2;
const MOST_EVENTS = 20;
const TRIMMED = 0.1;
/** A season of which little is known is taken to be like the others. */
const SEASON_CAUTION = 4;

/**
 * Finds what is not as usual: counts against the level and the season, shares against the usual share, amounts against their
 * median. Baselines are trimmed or medians, so that what is found does not hide itself, and the spread is that of the series,
 * at least what chance alone gives. Stretches of several lengths are tried, the most unusual is told, and none that it covers.
 *
 * @param points the history that comes before what is looked at, too; without it nothing is found.
 * @param since only from then on.
 * @param lengths of stretches, in points.
 */
export function anomaliesOf(
  points: readonly WatchedPoint[],
  since: Date,
  lengths: readonly number[],
): Anomaly[] {
  const begun = points.findIndex(({ questions }) => questions > 0);
  const known = begun < 0 ? [] : points.slice(begun);
  if (known.length < LEAST_POINTS) return [];
  const found = WATCHED.flatMap((metric) => unusualIn(known, since, lengths, metric));
  return found
    .sort((one, other) => one.start - other.start || other.score - one.score)
    .map(({ start: _, end: __, ...anomaly }) => anomaly);
}

interface Judgement {
  readonly value: number;
  readonly expected: number;
  /** Signed. */
  readonly score: number;
  /** Whether it is enough to matter, however certain it is. */
  readonly matters: boolean;
}

/** Judges the points from `start` to `end`, which is not one of them; null where there is too little to judge by. */
type Judge = (start: number, end: number) => Judgement | null;

const JUDGES: Readonly<Record<Watched, (points: readonly WatchedPoint[]) => Judge>> = {
  questions: judgeCounts,
  answered: (points) =>
    judgeShares(points.map(({ answered, completed }) => ({ part: answered, whole: completed }))),
  rating: (points) =>
    judgeShares(points.map(({ ratedUp, ratedDown }) => ({ part: ratedUp, whole: ratedUp + ratedDown }))),
  cost: (points) =>
    judgeAmounts(points.map(({ costUsd, completed }) => ({ amount: costUsd, weight: completed }))),
  latency: (points) =>
    judgeAmounts(
      points.map(({ latencyMs, completed }) => ({
        amount: (latencyMs ?? 0) * completed,
        weight: latencyMs === null ? 0 : completed,
      })),
    ),
};

function stretchesOf(
  points: readonly WatchedPoint[],
  length: number,
  since: Date,
  metric: Watched,
  judge: Judge,
): Found[] {
  const found: Found[] = [];
  for (let start = 0; start + length <= points.length; start += 1) {
    const first = points[start];
    const last = points[start + length - 1];
    if (!first || !last || first.at < since) continue;
    const judged = judge(start, start + length);
    if (!judged?.matters || Math.abs(judged.score) < THRESHOLD) continue;
    const { value, expected, score } = judged;
    found.push({
      ...{ metric, value, expected, score: Math.abs(score), from: first.at, to: last.until },
      ...{ direction: score > 0 ? 'up' : 'down', start, end: start + length },
    });
  }
  return found;
}

/**
 * The most unusual first; what touches it is the same event. What was found is taken out of what is usual before the rest is
 * looked at: days on which all was bad would make those seem good on which all is as ever.
 */
function unusualIn(
  points: readonly WatchedPoint[],
  since: Date,
  lengths: readonly number[],
  metric: Watched,
): Found[] {
  const kept: Found[] = [];
  let left = points;
  for (let tries = 0; tries < MOST_EVENTS; tries += 1) {
    const judge = JUDGES[metric](left);
    const found = lengths
      .flatMap((length) => stretchesOf(left, length, since, metric, judge))
      .filter((one) => !kept.some((other) => touch(one, other)));
    const [most] = found.sort((one, other) => other.score - one.score);
    if (!most) break;
    kept.push(most);
    left = metric === 'questions' ? left : without(left, most);
  }
  return kept;
}

function touch(one: Found, other: Found): boolean {
  return one.direction === other.direction && one.start <= other.end && other.start <= one.end;
}

function without(points: readonly WatchedPoint[], { start, end }: Found): WatchedPoint[] {
  const nothing = { completed: 0, answered: 0, ratedUp: 0, ratedDown: 0, costUsd: 0, latencyMs: null };
  return points.map((point, index) => (index >= start && index < end ? { ...point, ...nothing } : point));
}

/**
 * Conversations come by chance, and each brings its questions along: counts have at least the spread of a compound Poisson
 * process, which grows with the questions of a conversation. The transform of Anscombe evens it out.
 */
function judgeCounts(points: readonly WatchedPoint[]): Judge {
  const counts = points.map(({ questions }) => questions);
  const level = trimmedMean(counts);
  const bySeason = Map.groupBy(points, ({ season }) => season);
  const factors = new Map(
    [...bySeason].map(([season, members]) => {
      const mean = trimmedMean(members.map(({ questions }) => questions));
      const own = level === 0 ? 1 : mean / level;
      return [season, (own * members.length + SEASON_CAUTION) / (members.length + SEASON_CAUTION)] as const;
    }),
  );
  const expected = points.map(({ season }) => level * (factors.get(season) ?? 1));
  const scores = counts.map((count, index) => anscombe(count) - anscombe(expected[index] ?? 0));
  const conversations = points.reduce((sum, point) => sum + point.conversations, 0);
  const atOnce = Math.max(1, sumOf(counts, 0, counts.length) / Math.max(1, conversations));
  const spread = Math.max(Math.sqrt(atOnce), spreadOf(scores));
  return (start, end) => {
    const value = sumOf(counts, start, end);
    const usual = sumOf(expected, start, end);
    const doubt = Math.sqrt(1 + (end - start) / points.length);
    const change = Math.abs(value - usual);
    const ratio = (Math.max(value, usual) + 1) / (Math.min(value, usual) + 1);
    return {
      ...{ value, expected: usual, score: (anscombe(value) - anscombe(usual)) / (spread * doubt) },
      matters: change >= LEAST_CHANGE_OF_COUNT && ratio >= LEAST_RATIO,
    };
  };
}

/** Shares have the spread that drawing gives them (binomial), which the arcsine evens out. */
function judgeShares(points: readonly { readonly part: number; readonly whole: number }[]): Judge {
  const parts = points.map(({ part }) => part);
  const wholes = points.map(({ whole }) => whole);
  const [all, allParts] = [sumOf(wholes, 0, wholes.length), sumOf(parts, 0, parts.length)];
  const scoreOf = (part: number, whole: number, usual: number): number =>
    2 *
    (Math.asin(Math.sqrt((part + 0.375) / (whole + 0.75))) - Math.asin(Math.sqrt(usual))) *
    Math.sqrt(whole + 0.5);
  const overall = all === 0 ? 0 : allParts / all;
  const scores = points.flatMap(({ part, whole }) => (whole > 0 ? [scoreOf(part, whole, overall)] : []));
  const spread = Math.max(1, spreadOf(scores));
  return (start, end) => {
    const whole = sumOf(wholes, start, end);
    const others = all - whole;
    if (whole < LEAST_RATED || others < LEAST_RATED) return null;
    const part = sumOf(parts, start, end);
    const usual = (allParts - part + 0.5) / (others + 1);
    const doubt = Math.sqrt(1 + whole / others);
    return {
      ...{ value: part / whole, expected: usual, score: scoreOf(part, whole, usual) / (spread * doubt) },
      matters: Math.abs(part / whole - usual) >= LEAST_CHANGE_OF_SHARE,
    };
  };
}

/** Amounts are compared as ratios, with the spread that the series has. */
function judgeAmounts(points: readonly { readonly amount: number; readonly weight: number }[]): Judge {
  const means = points.flatMap(({ amount, weight }) =>
    weight > 0 && amount > 0 ? [Math.log(amount / weight)] : [],
  );
  const usual = median(means);
  const spread = Math.max(Math.log(LEAST_RATIO_OF_AMOUNT) / THRESHOLD, spreadOf(means));
  return (start, end) => {
    const stretch = points.slice(start, end);
    const weight = stretch.reduce((sum, point) => sum + point.weight, 0);
    const amount = stretch.reduce((sum, point) => sum + point.amount, 0);
    if (weight < LEAST_RATED || amount <= 0 || means.length < LEAST_POINTS) return null;
    const change = Math.log(amount / weight) - usual;
    return {
      ...{
        value: amount / weight,
        expected: Math.exp(usual),
        score: (change / spread) * Math.sqrt(end - start),
      },
      matters: Math.abs(change) >= Math.log(LEAST_RATIO_OF_AMOUNT),
    };
  };
}

function anscombe(count: number): number {
  return 2 * Math.sqrt(count + 0.375);
}

function sumOf(values: readonly number[], start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index += 1) sum += values[index] ?? 0;
  return sum;
}

/** Without the tenth that is highest and the tenth that is lowest. */
function trimmedMean(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const cut = Math.floor(sorted.length * TRIMMED);
  const kept = sorted.slice(cut, sorted.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** By the median of the distances from the median: as the standard deviation, where values are normal. */
function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}
