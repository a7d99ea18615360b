/**
 * Owns what is made of conversations: questions, topics, gaps, trends, and the figures of all of them.
 * Does not own conversations, which it reads as plain data, nor sources, which it asks others to make.
 * Announces nothing.
 */
export { InsightsModule } from './insights.module.js';
export { InsightsWorkerModule } from './insights-worker.module.js';
export { insightsPolicy } from './insights.policy.js';
export type {
  Figures,
  HeatCell,
  ModelFigures,
  Overview,
  Period,
  QuestionView,
  TopicView,
} from './insights.types.js';
export type { Gap } from './gaps.types.js';
export type { PeriodWish } from './period.js';
export type { InsightsReport } from './report.types.js';
export type { ExplainedAnomaly, TrendPoint, Trends } from './trends/trends.types.js';
export { InsightsService } from './insights.service.js';
export { TopicRows } from './topic-rows.js';
