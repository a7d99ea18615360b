/** What can be told of many records. */
export const AGGREGATES = ['count', 'count_distinct', 'sum', 'avg', 'min', 'max'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Stretches of time to group by. */
export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];

export interface GroupKey {
  readonly field: string;
  /** For dates and times, in UTC. */
  readonly per?: Period;
}

export interface AggregateRequest {
  readonly op: Aggregate;
  /** Only `count` does without. */
  readonly field?: string;
  /** What the answer calls it; `sum_price` by default. */
  readonly as?: string;
}

export interface AggregateOrder {
  /** A field that is grouped by, or what an aggregate is called. */
  readonly by: string;
  readonly direction?: 'asc' | 'desc';
}

/** A question about many records at once. */
export interface RecordsQuestion {
  readonly filter?: unknown;
  readonly search?: string;
  readonly groupBy?: readonly GroupKey[];
  readonly aggregates?: readonly AggregateRequest[];
  readonly orderBy?: readonly AggregateOrder[];
  readonly limit?: number;
}

/** Rows of an answer, by what was asked for. */
export interface Aggregation {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Whether there are more groups than were asked for. */
  readonly isTruncated: boolean;
}
