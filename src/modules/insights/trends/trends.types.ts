import type { Figures, Period } from '../insights.types.js';
import type { Anomaly } from './anomalies.js';
import type { TopicChange } from './topic-life.js';

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** Which series is asked for. */
export interface TrendsWish {
  readonly interval: Interval;
  /** An IANA name; days and weeks begin when they do there. */
  readonly timeZone: string;
}

/** The figures of one hour, day, week or month. */
export interface TrendPoint {
  readonly at: Date;
  readonly until: Date;
  readonly figures: Figures;
}

/** A topic that has to do with what is unusual. */
export interface Driver {
  readonly topicId: string;
  readonly name: string;
  readonly value: number;
  readonly expected: number;
}

export interface ExplainedAnomaly extends Anomaly {
  readonly drivers: readonly Driver[];
}

export interface Trends {
  readonly period: Period;
  readonly points: readonly TrendPoint[];
  readonly anomalies: readonly ExplainedAnomaly[];
  readonly appeared: readonly TopicChange[];
  readonly vanished: readonly TopicChange[];
}
