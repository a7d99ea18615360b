import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../clustering/random.js';
import { anomaliesOf, type WatchedPoint } from './anomalies.js';

const DAY_MS = 86_400_000;
const BEGUN = Date.UTC(2026, 0, 5);
const LENGTHS = [1, 3, 7];
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
/** Monday first. */
const WEEK = [1.3, 1.2, 1.1, 1, 0.9, 0.4, 0.3];

/** How many of `trials` things come, each with the same chance; the sum of many gives counts as they come in life. */
function drawn(random: () => number, trials: number, chance: number): number {
  return Array.from({ length: trials }, () => random()).filter((number) => number < chance).length;
}

/** Days of a bot, about `level` questions a day and fewer at weekends. */
function quietDays(seed: number, days: number, level: number): WatchedPoint[] {
  const random = seededRandom(seed);
  return Array.from({ length: days }, (_, day) => {
    const questions = drawn(random, level * 20, (WEEK[day % 7] ?? 1) / 20);
    const rated = drawn(random, questions, 0.5);
    const ratedUp = drawn(random, rated, 0.85);
    return {
      ...{ at: new Date(BEGUN + day * DAY_MS), until: new Date(BEGUN + (day + 1) * DAY_MS), season: day % 7 },
      ...{
        questions,
        conversations: questions,
        completed: questions,
        answered: drawn(random, questions, 0.9),
        ratedUp,
      },
      ...{ ratedDown: rated - ratedUp, costUsd: questions * 0.001 * (0.8 + random() * 0.4) },
      latencyMs: 800 + random() * 300,
    };
  });
}

function changed(
  points: readonly WatchedPoint[],
  from: number,
  to: number,
  change: (point: WatchedPoint) => Partial<WatchedPoint>,
): WatchedPoint[] {
  return points.map((point, day) => (day >= from && day < to ? { ...point, ...change(point) } : point));
}

const told = (points: readonly WatchedPoint[], since = new Date(BEGUN)): string[] =>
  anomaliesOf(points, since, LENGTHS).map(({ metric, direction }) => `${metric} ${direction}`);

describe('anomaliesOf', () => {
  it.each([5, 30, 200])('finds nothing where nothing is, at about %i questions a day', (level) => {
    const found = SEEDS.flatMap((seed) => told(quietDays(seed, 90, level)));

    expect(found).toEqual([]);
  });

  it('finds a day with three times as many questions, and no other', () => {
    const found = SEEDS.map((seed) =>
      told(changed(quietDays(seed, 90, 30), 60, 61, ({ questions }) => ({ questions: questions * 3 + 20 }))),
    );

    expect(new Set(found.flat())).toEqual(new Set(['questions up']));
    expect(found.filter(({ length }) => length !== 1)).toEqual([]);
  });

  it('takes many questions of few conversations for what they are', () => {
    const found = SEEDS.flatMap((seed) =>
      told(
        quietDays(seed, 90, 8).map((point) => ({
          ...point,
          ...{ questions: point.questions * 4, completed: point.questions * 4, answered: point.answered * 4 },
        })),
      ),
    );

    expect(found.filter((one) => one.startsWith('questions'))).toEqual([]);
  });

  it('finds five days on which most answers were rated down', () => {
    const found = SEEDS.map((seed) =>
      told(
        changed(quietDays(seed, 90, 30), 40, 45, ({ ratedUp, ratedDown }) => ({
          ratedUp: Math.floor((ratedUp + ratedDown) * 0.25),
          ratedDown: Math.ceil((ratedUp + ratedDown) * 0.75),
        })),
      ),
    );

    expect(found.filter((one) => one.join() !== 'rating down')).toEqual([]);
  });

  it('finds a silent week, slow answers and dear ones', () => {
    const silent = changed(quietDays(1, 90, 30), 50, 57, () => ({
      questions: 0,
      completed: 0,
      costUsd: 0,
      answered: 0,
      ratedUp: 0,
      ratedDown: 0,
    }));
    const slow = changed(quietDays(2, 90, 30), 50, 57, () => ({ latencyMs: 6_000 }));
    const dear = changed(quietDays(3, 90, 30), 50, 57, ({ costUsd }) => ({ costUsd: costUsd * 6 }));

    expect([told(silent), told(slow), told(dear)]).toEqual([['questions down'], ['latency up'], ['cost up']]);
  });

  it('tells of nothing that lies before what is looked at, nor without history', () => {
    const points = changed(quietDays(1, 90, 30), 20, 21, () => ({ questions: 300 }));

    expect(told(points, new Date(BEGUN + 30 * DAY_MS))).toEqual([]);
    expect(told(points.slice(15, 25))).toEqual([]);
    expect(told([])).toEqual([]);
  });
});
