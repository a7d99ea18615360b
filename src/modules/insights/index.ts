/**
 * Owns what is made of conversations: questions, topics, gaps, trends, and the figures of all of them.
 * Does not own conversations, which it reads as plain data, nor sources, which it asks others to make.
 * Announces nothing.
 */
export { InsightsModule } from './insights.module.js';
export { InsightsWorkerModule } from './insights-worker.module.js';
export { insightsPolicy } from './insights.policy.js';
export { InsightsService } from './insights.service.js';
