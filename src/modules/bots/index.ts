/**
 * Owns bots: instructions, model, greeting and which sources they answer from.
 * Does not own what is said to them (conversations) nor what they know (datasources).
 * Announces nothing yet.
 */
export { BotNotFound } from './bots.errors.js';
export { BotsModule } from './bots.module.js';
export { botsPolicy } from './bots.policy.js';
export { BotsService } from './bots.service.js';
export type { BotModel, BotRetrieval, BotSettings, ModelChoice } from './bots.types.js';
export { Bot } from './entities/bot.entity.js';
export { privacyOf, REDACTED_KINDS, STORAGE_MODES } from './privacy/privacy.types.js';
export type { BotPrivacy, RedactedKind, StorageMode } from './privacy/privacy.types.js';
