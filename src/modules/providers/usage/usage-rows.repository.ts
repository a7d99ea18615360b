import { Injectable } from '@nestjs/common';
import {
  type ColumnType,
  type RowBatch,
  type RowCondition,
  RowReader,
  type RowsWanted,
  type RowTable,
  type SqlColumn,
} from '#common/rows';

/** Which calls are read; all that is given must hold. */
export interface UsageScope {
  readonly botId?: string | undefined;
  readonly model?: string | undefined;
  /** Made then or later, and before then: ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const column = (name: string, type: ColumnType, sql: string, description: string): SqlColumn => ({
  ...{ name, type, sql, description },
});

/** Calls are written down once and never changed. */
export const USAGE_ROWS: RowTable = {
  from: 'model_calls k',
  joins: {},
  key: [{ sql: 'k.id', type: 'uuid' }],
  workspace: 'k.workspace_id',
  created: 'k.created_xid',
  changed: 'k.created_xid',
  columns: [
    column('id', 'text', 'k.id', 'The call.'),
    column('startedAt', 'timestamp', 'k.started_at', 'When the model was asked.'),
    column('kind', 'text', 'k.kind', 'chat or embedding.'),
    column('provider', 'text', 'k.provider', 'Whose model it is.'),
    column('model', 'text', 'k.model', 'The model that was asked.'),
    column('botId', 'text', 'k.bot_id', 'The bot that asked.'),
    column('conversationId', 'text', 'k.conversation_id', 'For which conversation.'),
    column('messageId', 'text', 'k.message_id', 'For which answer.'),
    column('datasourceId', 'text', 'k.datasource_id', 'The source whose passages were embedded.'),
    column('userId', 'text', 'k.user_id', 'For which user.'),
    column('apiKeyId', 'text', 'k.api_key_id', 'By which key.'),
    column('attempt', 'integer', 'k.attempt', 'Which attempt it was, from 1.'),
    column('outcome', 'text', 'k.outcome', 'answered, failed or aborted.'),
    column('code', 'text', 'k.code', 'Why it failed.'),
    column('inputTokens', 'integer', 'k.input_tokens', 'Tokens that the model read.'),
    column('cachedInputTokens', 'integer', 'k.cached_input_tokens', 'Of these, from a cache.'),
    column('outputTokens', 'integer', 'k.output_tokens', 'Tokens that the model wrote.'),
    column('reasoningTokens', 'integer', 'k.reasoning_tokens', 'Of these, for reasoning.'),
    column('costUsd', 'decimal', 'k.cost_usd', 'What it cost; nothing where that is not known.'),
    column('latencyMs', 'integer', 'k.latency_ms', 'How long it took.'),
    column('firstTokenMs', 'integer', 'k.first_token_ms', 'How long until the first word.'),
    { ...column('price', 'json', 'k.price', 'By which it was priced.'), isExtra: true },
  ],
};

/** Calls of models, in the order in which they were written down. */
@Injectable()
export class UsageRowsRepository {
  constructor(private readonly reader: RowReader) {}

  batch(scope: UsageScope, wanted: RowsWanted): Promise<RowBatch> {
    return this.reader.batch(USAGE_ROWS, wanted, conditionsOf(scope));
  }

  count(
    scope: UsageScope,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    limit: number,
  ): Promise<number> {
    return this.reader.count(USAGE_ROWS, wanted, conditionsOf(scope), limit);
  }
}

function conditionsOf({ botId, model, from, to }: UsageScope): RowCondition[] {
  const all: readonly (readonly [string, string | undefined])[] = [
    ['k.bot_id = ?::uuid', botId],
    ['k.model = ?', model],
    ['k.started_at >= ?::timestamptz', from],
    ['k.started_at < ?::timestamptz', to],
  ];
  return all.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, params: [value] }]));
}
