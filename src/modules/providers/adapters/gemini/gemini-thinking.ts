import { type ThinkingConfig, ThinkingLevel } from '@google/genai/web';
import type { ChatRequest, ReasoningEffort } from '../../ports/chat-model.port.js';

/** Models that refuse to be asked what they think, or how long. */
const THOUGHTLESS_MODEL = /gemini-(?:1\.|2\.0)|gemma-[1-3]/;
/** Gemini 2.5 thinks within a number of tokens, newer models on a level. */
const COUNTING_MODEL = /gemini-2\.5/;
/** Those that cannot be kept from thinking. */
const ALWAYS_THINKING_MODEL = /-pro\b/;

/** As Google itself counts them for clients of OpenAI. */
const TOKENS: Readonly<Record<ReasoningEffort, number>> = {
  ...{ none: 0, minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576, xhigh: 24_576 },
};
const LEAST_TOKENS = 128;
const LEVELS: Readonly<Record<ReasoningEffort, ThinkingLevel>> = {
  none: ThinkingLevel.MINIMAL,
  minimal: ThinkingLevel.MINIMAL,
  low: ThinkingLevel.LOW,
  medium: ThinkingLevel.MEDIUM,
  high: ThinkingLevel.HIGH,
  xhigh: ThinkingLevel.HIGH,
};

/** How long a model is to think, and whether it tells; nothing where neither was asked for. */
export function thinkingOf({ model, reasoningEffort, showReasoning }: ChatRequest): {
  readonly thinkingConfig?: ThinkingConfig;
} {
  if (THOUGHTLESS_MODEL.test(model) || (!showReasoning && reasoningEffort === undefined)) return {};
  return {
    thinkingConfig: {
      ...(showReasoning ? { includeThoughts: true } : {}),
      ...(reasoningEffort === undefined ? {} : effortOf(model, reasoningEffort)),
    },
  };
}

function effortOf(model: string, effort: ReasoningEffort): ThinkingConfig {
  const alwaysThinks = ALWAYS_THINKING_MODEL.test(model);
  if (COUNTING_MODEL.test(model))
    return { thinkingBudget: Math.max(TOKENS[effort], alwaysThinks ? LEAST_TOKENS : 0) };
  const level = LEVELS[effort];
  return { thinkingLevel: alwaysThinks && level === ThinkingLevel.MINIMAL ? ThinkingLevel.LOW : level };
}
