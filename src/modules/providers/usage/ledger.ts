import { Injectable } from '@nestjs/common';
import { newId, Sql, type Statement } from '#common/database';
import type { ModelCall, ModelRef } from '../providers.types.js';

/** What calls were made for; what a call was not made for is left out. */
export interface CallPurpose {
  readonly workspaceId: string;
  readonly botId?: string;
  readonly conversationId?: string;
  readonly messageId?: string;
  /** Whose passages were embedded. */
  readonly datasourceId?: string;
  readonly userId?: string;
  /** When another service asked. */
  readonly apiKeyId?: string | null;
}

/** A call whose process died. */
export interface AbandonedCall {
  readonly ref: ModelRef;
  readonly startedAt: Date;
  /** Until its process was seen last. */
  readonly latencyMs: number;
}

/** In place of a failure's code, on the row of a call whose process died. */
const ABANDONED = 'abandoned';

/** The ledger of model calls: one row a call, written once, never changed. */
@Injectable()
export class Ledger {
  constructor(private readonly sql: Sql) {}

  /** Writes calls down, once however often it is run, as a clause of another statement's `with` list. */
  entry(purpose: CallPurpose, calls: readonly ModelCall[]): Statement {
    const { workspaceId, ...ids } = purpose;
    const { botId, conversationId, messageId, datasourceId, userId, apiKeyId } = ids;
    const forWhat = [botId, conversationId, messageId, datasourceId, userId, apiKeyId];
    return {
      sql: `insert into model_calls (id, workspace_id, bot_id, conversation_id, message_id, datasource_id, user_id,
          api_key_id, kind, credential_id, provider, model, attempt, outcome, code, input_tokens, cached_input_tokens,
          output_tokens, reasoning_tokens, price, cost_usd, latency_ms, first_token_ms, started_at)
        select c.id, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, c.kind, c."credentialId",
          c.provider, c.name, c.attempt, c.outcome, c.code, c."inputTokens", c."cachedInputTokens", c."outputTokens",
          c."reasoningTokens", c.price, c."costUsd", c."latencyMs", c."firstTokenMs", c."startedAt"
        from jsonb_to_recordset(?::jsonb) as c(id uuid, kind text, "credentialId" uuid, provider text, name text,
          attempt int, outcome text, code text, "inputTokens" int, "cachedInputTokens" int, "outputTokens" int,
          "reasoningTokens" int, price jsonb, "costUsd" numeric, "latencyMs" int, "firstTokenMs" int,
          "startedAt" timestamptz)
        on conflict (id) do nothing`,
      params: [
        ...[workspaceId, ...forWhat.map((id) => id ?? null)],
        JSON.stringify(calls.map(({ usage, ...call }) => ({ id: newId(), ...call, ...usage }))),
      ],
    };
  }

  /** Writes calls down by a statement of their own, where no other is made. */
  async write(purpose: CallPurpose, calls: readonly ModelCall[]): Promise<void> {
    if (calls.length === 0) return;
    const { workspaceId } = purpose;
    const { sql, params } = this.entry(purpose, calls);
    await this.sql.inWorkspace(
      workspaceId,
      `with entry as (${sql} returning workspace_id) select 1 from entry where workspace_id = ?`,
      [...params, workspaceId],
    );
  }

  /** Writes down a call of which nobody knows how it ended: as aborted, and what it cost is not known. */
  async enterAbandoned(purpose: CallPurpose, { ref, startedAt, latencyMs }: AbandonedCall): Promise<void> {
    await this.write(purpose, [
      {
        ...{ kind: 'chat', provider: ref.provider, name: ref.name, credentialId: null, attempt: 1 },
        ...{ startedAt, latencyMs, firstTokenMs: null },
        ...{ outcome: 'aborted', code: ABANDONED, usage: null, price: null, costUsd: null },
      },
    ]);
  }

  /** Takes that back: the process lives after all, and has written down what it called. */
  async withdrawAbandoned(workspaceId: string, messageId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from model_calls where workspace_id = ? and message_id = ? and code = ?',
      [workspaceId, messageId, ABANDONED],
    );
  }
}
