/** What a report says first. Rates are from 0 to 1, and null where there is nothing to take them of. */
export interface KeyFigures {
  readonly questions: number;
  readonly users: number;
  /** Questions that `answeredRate` and `resolvedRate` are of. */
  readonly completed: number;
  /** Ratings that `ratedUpRate` is of. */
  readonly ratings: number;
  readonly answeredRate: number | null;
  readonly resolvedRate: number | null;
  readonly ratedUpRate: number | null;
  readonly costUsd: number;
  readonly latencyP50Ms: number | null;
}

export interface ReportedTopic {
  readonly name: string;
  readonly questions: number;
  readonly questionsBefore: number;
  readonly answeredRate: number | null;
  readonly ratedUpRate: number | null;
  readonly costUsd: number;
}

export interface ReportedGap {
  readonly question: string;
  readonly people: number;
  readonly state: string;
  /** Before and after its fix; null where it has none, or nobody has asked since. */
  readonly answeredBefore: number | null;
  readonly answeredAfter: number | null;
}

/** All that a report tells, as plain data. */
export interface ReportContent {
  readonly botName: string;
  readonly from: Date;
  /** Not in it. */
  readonly to: Date;
  /** The IANA time zone whose days and hours are meant. */
  readonly timezone: string;
  readonly madeAt: Date;
  readonly figures: KeyFigures;
  /** Of the period before, which was as long. */
  readonly before: KeyFigures;
  readonly volume: readonly { label: string; questions: number; answeredRate: number | null }[];
  readonly topics: readonly ReportedTopic[];
  readonly gaps: readonly ReportedGap[];
  /** By day of week from Monday, then by hour. */
  readonly hours: readonly (readonly number[])[];
  readonly models: readonly { name: string; answers: number; costUsd: number }[];
  /** What is out of the ordinary, a sentence each. */
  readonly noticed: readonly string[];
}
