import type { ModelPrice, TokenPrice } from './catalogue/model-catalogue.js';
import type { ModelUsage } from './providers.types.js';

/** What each token of a call with so long a prompt costs. */
export function tokenPriceOf(price: ModelPrice, inputTokens: number): TokenPrice {
  const { longPrompt } = price;
  return longPrompt && inputTokens > longPrompt.above ? longPrompt : price;
}

/** US dollars that a call cost; `null` when price or tokens are unknown, which is not the same as nothing. */
export function costOf(price: ModelPrice | null | undefined, usage: ModelUsage | null): number | null {
  if (!price || !usage) return null;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  const { input, cachedInput = input, output } = tokenPriceOf(price, usage.inputTokens);
  return (fresh * input + cached * cachedInput + usage.outputTokens * output) / 1_000_000;
}
