import { DATASOURCE_TYPES, type RetrievalSettings, SEARCH_OUTCOMES } from '#modules/datasources';
import { REASONING_EFFORTS, type ReasoningEffort, RERANK_PROVIDERS } from '#modules/providers';

export { DATASOURCE_TYPES, REASONING_EFFORTS, type ReasoningEffort, RERANK_PROVIDERS, SEARCH_OUTCOMES };

/** Which model of which provider. */
export interface ModelChoice {
  readonly provider: string;
  readonly name: string;
}

/** A bot's model, how it is asked, and who stands in for it. */
export interface BotModel extends ModelChoice {
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** Left to the model without it; a fallback that cannot think is not asked to. */
  readonly reasoningEffort?: ReasoningEffort;
  readonly fallbacks?: readonly ModelChoice[];
}

/** Which passages an answer is based on. */
export type BotRetrieval = RetrievalSettings;

/** What a bot's model may do beside answering. */
export const BOT_TOOLS = ['search_sources'] as const;
export type BotTool = (typeof BOT_TOOLS)[number];

/** What of a bot decides how it answers. */
export interface BotSettings {
  readonly id: string;
  readonly workspaceId: string;
  readonly instructions: string;
  readonly model: BotModel;
  readonly retrieval: BotRetrieval;
  readonly tools: readonly BotTool[];
}

/** What a new bot is made of. */
export interface BotDraft {
  readonly name: string;
  /** Unique in the workspace; made from the name where it is left out. */
  readonly slug?: string;
  readonly instructions?: string;
  readonly model?: BotModel;
  readonly greeting?: string | null;
  readonly suggestedQuestions?: readonly string[];
  readonly retrieval?: BotRetrieval;
  readonly tools?: readonly BotTool[];
}

/** What of a bot is to be different; what is left out stays. */
export type BotChanges = Partial<BotDraft>;
