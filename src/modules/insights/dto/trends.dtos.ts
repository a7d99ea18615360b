import { ApiProperty } from '@nestjs/swagger';
import { InvalidFields } from '#common/errors';
import { ChoiceField, InstantField, TextField } from '#common/validation';
import type { PeriodWish } from '../period.js';
import { WATCHED, type Watched } from '../trends/anomalies.js';
import { isTimeZone } from '#common/time';
import type { TopicChange } from '../trends/topic-life.js';
import {
  type Driver,
  type ExplainedAnomaly,
  type Interval,
  INTERVALS,
  type Trends,
  type TrendsWish,
} from '../trends/trends.types.js';
import { FiguresResponse } from './figures.response.js';

export class TrendsQuery {
  @InstantField({ optional: true, description: 'Asked then or later; by default 30 days before `to`.' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Asked before then; by default until now.' })
  readonly to?: string;

  @ChoiceField(INTERVALS, {
    ...{ name: 'TrendInterval', optional: true },
    description: 'How long each point of the series is; `day` by default. At most 2000 points.',
  })
  readonly interval: Interval = 'day';

  @TextField({
    ...{ optional: true, max: 64 },
    description:
      'An IANA time zone, for example `Europe/Oslo`: days, weeks and months begin when they do there. `UTC` by default.',
  })
  readonly timezone: string = 'UTC';

  toPeriod(): PeriodWish {
    return {
      ...(this.from ? { from: new Date(this.from) } : {}),
      ...(this.to ? { to: new Date(this.to) } : {}),
    };
  }

  /** @throws InvalidFields */
  toWish(): TrendsWish {
    const { interval, timezone } = this;
    return { interval, timeZone: timeZoneOf(timezone) };
  }
}

/** @throws InvalidFields unless it is a time zone. */
export function timeZoneOf(timezone: string): string {
  if (isTimeZone(timezone)) return timezone;
  const message = 'must be an IANA time zone, for example Europe/Oslo';
  throw new InvalidFields([{ path: 'timezone', message }]);
}

export class TrendPointResponse {
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'When it begins; the first may begin before `from`.',
  })
  readonly at!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When the next begins.' })
  readonly until!: Date;

  @ApiProperty({ type: () => FiguresResponse })
  readonly figures!: FiguresResponse;
}

export class DriverResponse implements Driver {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly topicId!: string;

  @ApiProperty({ type: 'string', example: 'Delivery abroad' })
  readonly name!: string;

  @ApiProperty({
    type: 'number',
    example: 41,
    description: 'Questions, those without an answer, or those rated down.',
  })
  readonly value!: number;

  @ApiProperty({ type: 'number', example: 3.5, description: 'What the topic usually has in so long a time.' })
  readonly expected!: number;
}

export class AnomalyResponse {
  @ApiProperty({
    ...{ type: 'string', enum: [...WATCHED], enumName: 'WatchedMetric', example: 'questions' },
    description:
      '`questions`: their number. `answered`: `answeredRate`. `rating`: `ratingRate`. `cost`: dollars a completed question. `latency`: the median, in milliseconds.',
  })
  readonly metric!: Watched;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly from!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly to!: Date;

  @ApiProperty({ type: 'string', enum: ['up', 'down'], enumName: 'AnomalyDirection', example: 'up' })
  readonly direction!: 'up' | 'down';

  @ApiProperty({ type: 'number', example: 120 })
  readonly value!: number;

  @ApiProperty({
    ...{ type: 'number', example: 42.5 },
    description:
      'What is usual: for numbers of questions by the day of the week (and the hour) in the weeks before and after; for shares that of all other times; else the median.',
  })
  readonly expected!: number;

  @ApiProperty({
    type: 'number',
    example: 7.1,
    description: 'How many standard deviations it is away from that; 4.5 at least.',
  })
  readonly score!: number;

  @ApiProperty({
    type: () => DriverResponse,
    isArray: true,
    description: 'Topics that have most to do with it.',
  })
  readonly drivers!: DriverResponse[];

  static of(anomaly: ExplainedAnomaly): AnomalyResponse {
    return { ...anomaly, drivers: [...anomaly.drivers] };
  }
}

export class TopicChangeResponse implements TopicChange {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly topicId!: string;

  @ApiProperty({ type: 'string', example: 'Delivery abroad' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 40 })
  readonly questions!: number;

  @ApiProperty({
    ...{ type: 'string', format: 'date-time' },
    description: 'Since when nine of ten of its questions were asked, or until when.',
  })
  readonly at!: Date;
}

export class TrendsResponse {
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly from!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly to!: Date;

  @ApiProperty({ type: () => TrendPointResponse, isArray: true, description: 'Oldest first, without gaps.' })
  readonly points!: TrendPointResponse[];

  @ApiProperty({
    type: () => AnomalyResponse,
    isArray: true,
    description: 'What is not as usual, oldest first. Whole points only.',
  })
  readonly anomalies!: AnomalyResponse[];

  @ApiProperty({ type: () => TopicChangeResponse, isArray: true, description: 'Topics that have come up.' })
  readonly appeared!: TopicChangeResponse[];

  @ApiProperty({
    type: () => TopicChangeResponse,
    isArray: true,
    description: 'Topics that nobody asks about any more.',
  })
  readonly vanished!: TopicChangeResponse[];

  static from({ period, points, anomalies, appeared, vanished }: Trends): TrendsResponse {
    return {
      ...period,
      points: points.map(({ at, until, figures }) => ({ at, until, figures: FiguresResponse.from(figures) })),
      anomalies: anomalies.map((anomaly) => AnomalyResponse.of(anomaly)),
      appeared: [...appeared],
      vanished: [...vanished],
    };
  }
}
