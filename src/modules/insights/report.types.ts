import type { PeriodWish } from './period.js';
import type { Gap } from './gaps.types.js';
import type { HeatCell, Overview, QuestionView, TopicView } from './insights.types.js';
import type { Trends } from './trends/trends.types.js';

/** All that a report of a period tells, as plain data. Names and questions are texts of people: escape them. */
export interface InsightsReport {
  readonly bot: { readonly id: string; readonly name: string };
  readonly timeZone: string;
  /** Figures of the period and of the one before, cost by model, when insights were last brought up to date. */
  readonly overview: Overview;
  /** By day, or by week where the period is long. */
  readonly trends: Trends;
  /** The most frequent first. */
  readonly areas: readonly TopicView[];
  readonly topics: readonly TopicView[];
  readonly questions: readonly QuestionView[];
  /** Those first that most people met; dismissed ones are left out. */
  readonly gaps: readonly Gap[];
  /** Questions by day of the week and hour; hours without questions are left out. */
  readonly heat: readonly HeatCell[];
}

/** What a report is to be about. */
export interface ReportWish extends PeriodWish {
  readonly timeZone: string;
}
