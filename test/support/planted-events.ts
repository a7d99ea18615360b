import { readFileSync } from 'node:fs';
import { seededRandom } from '../../src/modules/insights/clustering/random.js';
import type { ToldConversation } from './told-history.js';

const FILE = 'test/fixtures/task-conversations/requests.jsonl';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** How much is asked on each day of the week, Monday first, as part of the day on which most is. */
const WEEK = [1, 0.92, 0.85, 0.77, 0.7, 0.6, 0.55];
/** The same numbers each time. */
const SEED = 20_260_105;

/** What was planted, and when: days are counted from the first. */
export const PLANTED = {
  begun: Date.UTC(2026, 0, 5),
  days: 90,
  newTopic: { intents: ['GetAlarms', 'AddAlarm'], since: 66 },
  surge: { intent: 'FindMovies', day: 57, conversations: 40 },
  badRatings: { from: 40, to: 47 },
} as const;

type Requests = readonly (readonly [intent: string, text: string])[];

export const dayOf = (day: number): Date => new Date(PLANTED.begun + day * DAY_MS);

/**
 * The requests of a thousand conversations, spread by chance over ninety days with fewer at weekends; half of them rated,
 * mostly up. Planted are a topic that nobody asks about before, a day on which many want the same, and a bad week.
 */
export function plantedHistory(): ToldConversation[] {
  const random = seededRandom(SEED);
  const all = readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ requests: JSON.parse(line) as Requests, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ requests }) => requests);
  const has = (requests: Requests, intents: readonly string[]): boolean =>
    requests.some(([intent]) => intents.includes(intent));
  const { newTopic, surge } = PLANTED;
  const fresh = all.filter((one) => has(one, newTopic.intents));
  const usual = all.filter((one) => !fresh.includes(one));
  const surging = usual.filter((one) => has(one, [surge.intent])).slice(0, surge.conversations);
  const dayFrom = (first: number): number => {
    for (;;) {
      const day = first + Math.floor(random() * (PLANTED.days - first));
      if (random() < (WEEK[day % 7] ?? 1)) return day;
    }
  };
  return [
    ...usual.filter((one) => !surging.includes(one)).map((one) => told(one, dayFrom(0), random)),
    ...fresh.map((one) => told(one, dayFrom(newTopic.since), random)),
    ...surging.map((one) => told(one, surge.day, random)),
  ];
}

function told(requests: Requests, day: number, random: () => number): ToldConversation {
  const { from, to } = PLANTED.badRatings;
  const isGood = random() < (day >= from && day < to ? 0.15 : 0.85);
  const rating = random() < 0.5 ? (isGood ? 'up' : 'down') : null;
  return {
    at: new Date(dayOf(day).getTime() + (8 + random() * 12) * HOUR_MS),
    turns: requests.map(([, question], index) => ({
      question,
      rating: index === requests.length - 1 ? rating : null,
      latencyMs: 700 + Math.round(random() * 400),
    })),
  };
}

/** The texts of the requests that want one of these. */
export function requestsFor(intents: readonly string[]): ReadonlySet<string> {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n');
  const requests = lines.flatMap((line) => JSON.parse(line) as Requests);
  return new Set(requests.filter(([intent]) => intents.includes(intent)).map(([, text]) => text));
}
