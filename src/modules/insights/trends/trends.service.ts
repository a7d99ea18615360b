import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { InvalidFields } from '#common/errors';
import { Clock } from '#common/time';
import { BotsService } from '#modules/bots';
import type { FiguresScope } from '../figures.repository.js';
import type { Figures } from '../insights.types.js';
import { periodOf, type PeriodWish } from '../period.js';
import { anomaliesOf, type Anomaly, type WatchedPoint } from './anomalies.js';
import { topicChanges } from './topic-life.js';
import { TrendsRepository } from './trends.repository.js';
import type { Driver, ExplainedAnomaly, Interval, TrendPoint, Trends, TrendsWish } from './trends.types.js';

const DAY_MS = 86_400_000;
const MOST_POINTS = 2_000;
/** How much history says what is usual, and which stretches are looked at. */
const WATCH: Readonly<
  Record<Interval, { readonly historyDays: number; readonly lengths: readonly number[] }>
> = {
  hour: { historyDays: 28, lengths: [1, 3, 6, 24] },
  day: { historyDays: 56, lengths: [1, 3, 7] },
  week: { historyDays: 364, lengths: [1] },
  month: { historyDays: 732, lengths: [1] },
};
const HOURS: Readonly<Record<Interval, number>> = { hour: 1, day: 24, week: 168, month: 672 };
const MOST_DRIVERS = 3;
const LEAST_SHARE_OF_DRIVER = 0.2;

/** How figures change, and what is not as usual. */
@Injectable()
export class TrendsService {
  constructor(
    private readonly bots: BotsService,
    private readonly repository: TrendsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws BotNotFound, InvalidFields */
  async show(
    actor: Actor,
    botId: string,
    wish: PeriodWish,
    { interval, timeZone }: TrendsWish,
  ): Promise<Trends> {
    const { id, workspaceId } = await this.bots.get(actor, botId);
    const period = periodOf(wish, this.clock.now());
    assertFew(period, interval);
    const scope: FiguresScope = { workspaceId, botId: id, ...period };
    const points = await this.#points(scope, interval, timeZone);
    const begun = await this.repository.begun(scope);
    const spans = begun ? await this.repository.spans(scope) : [];
    return {
      period,
      points: points.map(({ at, until, figures }) => ({ at, until, figures })),
      anomalies: await this.#anomalies(scope, interval, timeZone),
      ...(begun ? topicChanges(spans, begun, scope.to) : { appeared: [], vanished: [] }),
    };
  }

  async #points(
    scope: FiguresScope,
    interval: Interval,
    timeZone: string,
  ): Promise<(TrendPoint & { readonly weekday: number; readonly hour: number })[]> {
    const buckets = await this.repository.buckets(scope, interval, timeZone);
    const figures = await this.repository.figures(scope, interval, timeZone);
    return buckets.map((bucket) => ({ ...bucket, figures: figures.get(bucket.at.getTime()) ?? NOTHING }));
  }

  /** Only whole stretches are judged: a day that is not over has fewer questions than others. */
  async #anomalies(scope: FiguresScope, interval: Interval, timeZone: string): Promise<ExplainedAnomaly[]> {
    const { historyDays, lengths } = WATCH[interval];
    const from = new Date(scope.from.getTime() - historyDays * DAY_MS);
    const known = { ...scope, from };
    const points = (await this.#points(known, interval, timeZone)).filter(
      ({ at, until }) => at >= from && until <= scope.to,
    );
    const watched = points.map(({ at, until, weekday, hour, figures }): WatchedPoint => {
      const season = { hour: weekday * 24 + hour, day: weekday, week: 0, month: 0 }[interval];
      return { ...figures, at, until, season, latencyMs: figures.latencyP50Ms };
    });
    const anomalies = anomaliesOf(watched, scope.from, lengths);
    const explained: ExplainedAnomaly[] = [];
    for (const anomaly of anomalies)
      explained.push({ ...anomaly, drivers: await this.#drivers(known, anomaly) });
    return explained;
  }

  /** The topics that gained, or lost, most against what they usually have in so long a time. */
  async #drivers(scope: FiguresScope, { metric, from, to, direction }: Anomaly): Promise<Driver[]> {
    if (metric === 'cost' || metric === 'latency') return [];
    const counted = ({ questions: 'questions', answered: 'unanswered', rating: 'ratedDown' } as const)[
      metric
    ];
    const counts = await this.repository.topicCounts(scope, { from, to }, counted);
    const inside = to.getTime() - from.getTime();
    const outside = scope.to.getTime() - scope.from.getTime() - inside;
    const sign = metric === 'questions' && direction === 'down' ? -1 : 1;
    const all = counts
      .map(({ topicId, name, inside: value, outside: others }) => ({
        ...{ topicId, name, value },
        expected: (others * inside) / Math.max(1, outside),
      }))
      .map((driver) => ({ driver, change: sign * (driver.value - driver.expected) }))
      .filter(({ change }) => change > 0)
      .sort((one, other) => other.change - one.change);
    const total = all.reduce((sum, { change }) => sum + change, 0);
    return all
      .filter(({ change }) => change >= total * LEAST_SHARE_OF_DRIVER)
      .slice(0, MOST_DRIVERS)
      .map(({ driver }) => driver);
  }
}

function assertFew({ from, to }: { from: Date; to: Date }, interval: Interval): void {
  const points = (to.getTime() - from.getTime()) / (HOURS[interval] * 3_600_000);
  if (points > MOST_POINTS)
    throw new InvalidFields([{ path: 'interval', message: `would give more than ${MOST_POINTS} points` }]);
}

const NOTHING: Figures = {
  ...{ questions: 0, users: 0, conversations: 0, completed: 0, answered: 0, resolved: 0, firstCompleted: 0 },
  ...{
    firstResolved: 0,
    ratedUp: 0,
    ratedDown: 0,
    failed: 0,
    costUsd: 0,
    latencyP50Ms: null,
    latencyP95Ms: null,
  },
};
