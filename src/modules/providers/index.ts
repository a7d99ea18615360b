/**
 * Owns the model providers: chat and embedding models, their prompts, retries, failover, failures and prices.
 * Does not own which model a bot uses, nor what is done with the answers.
 * Announces nothing.
 */
export { ChatModels, type ChatQuestion } from './chat-models.service.js';
export { ChatStream } from './chat-stream.js';
export { costOf } from './cost.js';
export { EmbeddingModels } from './embedding-models.service.js';
export type { ChatEvent, ChatMessage, ChatSource, FinishReason } from './ports/chat-model.port.js';
export { EmbeddingModel } from './ports/embedding-model.port.js';
export {
  ANSWER_FAILURES,
  ContentFiltered,
  ContextTooLong,
  ProviderAuthFailed,
  ProviderFailure,
  ProviderNotConfigured,
  ProviderOverloaded,
  ProviderProtocolBroken,
  ProviderRateLimited,
  ProviderRequestRefused,
  ProviderTimedOut,
  ProviderUnreachable,
  UnknownModel,
} from './providers.errors.js';
export { ProvidersModule } from './providers.module.js';
export { providersPolicy } from './providers.policy.js';
export type { FailedAttempt, ListedModel, ModelRef, ModelUsage } from './providers.types.js';
