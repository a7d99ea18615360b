import type { ModelPrice } from './catalogue/model-catalogue.js';
import type { ModelUsage } from './providers.types.js';

/** US dollars that a call cost; `null` when price or tokens are unknown, which is not the same as nothing. */
export function costOf(price: ModelPrice | null | undefined, usage: ModelUsage | null): number | null {
  if (!price || !usage) return null;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  const { input, cachedInput = input, output } = price;
  return (fresh * input + cached * cachedInput + usage.outputTokens * output) / 1_000_000;
}
