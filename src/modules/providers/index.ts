/**
 * Owns the model providers: chat and embedding models, their prompts, credentials, retries, circuits, failover, failures,
 * prices, the ledger of calls, and budgets.
 * Does not own which model a bot uses, nor what is done with the answers.
 * Announces `budget.threshold_reached`.
 */
export { KeyRotationService } from './credentials/key-rotation.service.js';
export { BudgetKeeper } from './budgets/budget-keeper.js';
export { BudgetExhausted } from './budgets/budgets.errors.js';
export type { Reservation, Spending } from './budgets/budgets.types.js';
export { ChatModels, type ChatQuestion } from './chat-models.service.js';
export { ChatStream } from './chat-stream.js';
export { RerankModels } from './rerank-models.service.js';
export { EmbeddingModels, MOST_DIMENSIONS, type WatchedEmbedding } from './embedding-models.service.js';
export type { WorkspaceModels } from './model-access.js';
export type {
  AnswerSchema,
  ChatEvent,
  ChatMessage,
  ChatSource,
  FinishReason,
  ReasoningEffort,
  ToolCall,
  ToolDeclaration,
} from './ports/chat-model.port.js';
export { REASONING_EFFORTS, textOf } from './ports/chat-model.port.js';
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
  ProviderUnavailable,
  ProviderUnreachable,
  RepeatedFallback,
  UnknownModel,
} from './providers.errors.js';
export { ProvidersModule } from './providers.module.js';
export { providersPolicy } from './providers.policy.js';
export { EMBEDDING_PROVIDERS, RERANK_PROVIDERS } from './catalogue/provider-catalogue.js';
export type {
  EmbeddingChoice,
  EmbeddingWish,
  FailedAttempt,
  ListedModel,
  ModelCall,
  ModelRef,
  ModelUsage,
} from './providers.types.js';
export { quotedSource } from './prompt.js';
export { mostSpent, spentOn } from './spending.js';
export { USUAL_ANSWER_TOKENS } from './tokens.js';
export { type CallPurpose, Ledger } from './usage/ledger.js';
export { UsageRows } from './usage/usage-rows.js';
