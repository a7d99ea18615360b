import type { Spending } from './budgets/budgets.types.js';
import type { WorkspaceModels } from './model-access.js';
import type { ModelPrice } from './catalogue/model-catalogue.js';
import { costOf } from './cost.js';
import type { ChatMessage, ChatRequest } from './ports/chat-model.port.js';
import type { ModelCall, ModelRef } from './providers.types.js';
import { frameOf, mostTokensOf, RULES_TOKENS, USUAL_ANSWER_TOKENS, writtenOf } from './tokens.js';

/** What models put around each text that they embed. */
const TEXT_FRAME_TOKENS = 4;

type Asked = Pick<
  ChatRequest,
  'instructions' | 'sources' | 'tools' | 'answerSchema' | 'messages' | 'maxOutputTokens'
>;

/** What one call of any of these models can cost at most; the built-in model costs nothing. */
export function mostSpent(models: WorkspaceModels, refs: readonly ModelRef[], asked: Asked): Spending {
  const written = asked.messages.reduce(
    (sum, message: ChatMessage) => sum + mostTokensOf(writtenOf(message)) + 8,
    0,
  );
  const input = mostTokensOf(frameOf(asked)) + written + RULES_TOKENS;
  const output = asked.maxOutputTokens ?? USUAL_ANSWER_TOKENS;
  const each = refs
    .filter(({ provider }) => provider !== 'local')
    .map((ref): Spending => {
      const price = models.factsOf(ref)?.price;
      const usage = { inputTokens: input, outputTokens: output };
      return { tokens: input + output, usd: costOf(price, usage) ?? 0 };
    });
  return {
    tokens: Math.max(0, ...each.map(({ tokens }) => tokens)),
    usd: Math.max(0, ...each.map(({ usd }) => usd)),
  };
}

/** What a call that embeds these texts can cost at most. */
export function mostSpentOnTexts(price: ModelPrice | null | undefined, texts: readonly string[]): Spending {
  const tokens = texts.reduce((sum, text) => sum + mostTokensOf(text) + TEXT_FRAME_TOKENS, 0);
  return { tokens, usd: costOf(price, { inputTokens: tokens, outputTokens: 0 }) ?? 0 };
}

/**
 * What calls have cost. Of a call whose tokens are not known, as of one that was aborted, what was held back counts: the
 * provider may well have produced all of it.
 */
export function spentOn(calls: readonly ModelCall[], most: Spending): Spending {
  return calls
    .filter(({ provider, outcome }) => provider !== 'local' && outcome !== 'failed')
    .reduce(
      (sum, { usage, costUsd, price }) => ({
        tokens: sum.tokens + (usage ? usage.inputTokens + usage.outputTokens : most.tokens),
        usd: sum.usd + (costUsd ?? (price ? most.usd : 0)),
      }),
      { tokens: 0, usd: 0 },
    );
}
