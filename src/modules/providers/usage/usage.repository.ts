import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { UsageFilter, UsageGroup, UsageRow, UsageTotals } from './usage.types.js';

const KEY_OF: Readonly<Record<UsageGroup, string>> = {
  day: `to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"00:00:00"Z"')`,
  hour: `to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:00:00"Z"')`,
  kind: 'kind',
  bot: 'bot_id::text',
  datasource: 'datasource_id::text',
  model: `provider || '/' || model`,
  provider: 'provider',
  user: 'user_id::text',
  key: 'api_key_id::text',
};

// A call that never reached a provider cost nothing: it is not unpriced.
const TOTALS = `count(*)::int as calls,
  count(*) filter (where outcome = 'failed')::int as "failedCalls",
  coalesce(sum(input_tokens), 0)::float8 as "inputTokens",
  coalesce(sum(cached_input_tokens), 0)::float8 as "cachedInputTokens",
  coalesce(sum(output_tokens), 0)::float8 as "outputTokens",
  coalesce(sum(reasoning_tokens), 0)::float8 as "reasoningTokens",
  coalesce(sum(cost_usd), 0)::text as "costUsd",
  count(*) filter (where cost_usd is null and outcome <> 'failed')::int as "unpricedCalls"`;

const CALLS = `from model_calls where workspace_id = ? and started_at >= ?::timestamptz and started_at < ?::timestamptz
  and (?::text is null or kind = ?) and (?::uuid is null or bot_id = ?) and (?::text is null or provider = ?) and (?::text is null or model = ?)`;

/** Sums over the ledger. */
@Injectable()
export class UsageRepository {
  constructor(private readonly sql: Sql) {}

  /** Largest key last; at most `limit` rows, after `after`. */
  rows(
    workspaceId: string,
    filter: UsageFilter,
    group: UsageGroup,
    { limit, after }: { readonly limit: number; readonly after: string | null },
  ): Promise<UsageRow[]> {
    const key = KEY_OF[group];
    return this.sql.inWorkspace<UsageRow>(
      workspaceId,
      `select ${key} as key, ${TOTALS} ${CALLS} and (?::text is null or coalesce(${key}, '') > ?)
       group by ${key} order by coalesce(${key}, '') limit ?`,
      [...paramsOf(workspaceId, filter), after, after, limit],
    );
  }

  async totals(workspaceId: string, filter: UsageFilter): Promise<UsageTotals> {
    const [row] = await this.sql.inWorkspace<UsageTotals>(
      workspaceId,
      `select ${TOTALS} ${CALLS}`,
      paramsOf(workspaceId, filter),
    );
    if (!row) throw new Error('Sums over nothing are a row, too.');
    return row;
  }
}

function paramsOf(workspaceId: string, { from, to, kind, botId, provider, model }: UsageFilter): unknown[] {
  const optional = [kind, botId, provider, model].flatMap((value) => [value ?? null, value ?? null]);
  return [workspaceId, from, to, ...optional];
}
