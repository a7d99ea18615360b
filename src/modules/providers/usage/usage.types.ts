import type { CallKind } from '../providers.types.js';

export const USAGE_GROUPS = [
  'day',
  'hour',
  'kind',
  'bot',
  'datasource',
  'model',
  'provider',
  'user',
  'key',
] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Which calls are counted; all that is given must hold. */
export interface UsageFilter {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  readonly kind?: CallKind;
  readonly botId?: string;
  readonly provider?: string;
  readonly model?: string;
}

/** What some calls came to. */
export interface UsageTotals {
  readonly calls: number;
  readonly failedCalls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Dollars of the priced calls, as a decimal number in text: no rounding. */
  readonly costUsd: string;
  /** Calls whose cost is not known: no price, or no count of tokens. */
  readonly unpricedCalls: number;
}

export interface UsageRow extends UsageTotals {
  /** Beginning of the day or hour in UTC, id, or name; null where a call has none. */
  readonly key: string | null;
}
