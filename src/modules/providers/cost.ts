import { OPENAI_PRICES, type ModelPrice } from './prices.js';
import type { ModelRef, ModelUsage } from './providers.types.js';

const FREE: ModelPrice = { input: 0, output: 0 };
/** `gpt-4o-mini-2024-07-18` costs what `gpt-4o-mini` does. */
const SNAPSHOT_DATE = /-\d{4}-\d{2}-\d{2}$/;

/** US dollars that a call cost at list price; `null` when the model's price is not known. */
export function costOf(model: ModelRef, usage: ModelUsage): number | null {
  const price = priceOf(model);
  return price && (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1_000_000;
}

function priceOf({ provider, name }: ModelRef): ModelPrice | null {
  if (provider === 'local') return FREE;
  const alias = name.replace(SNAPSHOT_DATE, '');
  return provider === 'openai' && Object.hasOwn(OPENAI_PRICES, alias) ? (OPENAI_PRICES[alias] ?? null) : null;
}
