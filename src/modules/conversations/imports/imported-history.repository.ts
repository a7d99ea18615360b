import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

/** Rows of conversations as they are written, with all ids made. */
export interface HistoryRows {
  readonly conversations: readonly Readonly<Record<string, unknown>>[];
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly citations: readonly Readonly<Record<string, unknown>>[];
  readonly feedback: readonly Readonly<Record<string, unknown>>[];
  readonly corrections: readonly Readonly<Record<string, unknown>>[];
  readonly tags: readonly Readonly<Record<string, unknown>>[];
  readonly notes: readonly Readonly<Record<string, unknown>>[];
}

const ROWS_AT_ONCE = 500;
const CHARACTERS_AT_ONCE = 2_000_000;

/** Writes conversations that were held elsewhere. */
@Injectable()
export class ImportedHistoryRepository {
  constructor(private readonly sql: Sql) {}

  /** Lets one import of a bot write at a time, until the unit of work ends. */
  async takeTurn(botId: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'a lock has no workspace',
      'select pg_advisory_xact_lock(hashtextextended(?, 0))',
      [`conversations.import/${botId}`],
    );
  }

  /** Which of these an earlier import brought. */
  async known(workspaceId: string, botId: string, hashes: readonly string[]): Promise<Set<string>> {
    const rows = await this.sql.inWorkspace<{ hash: string }>(
      workspaceId,
      `select source_hash as hash from imported_conversations
       where workspace_id = ? and bot_id = ? and source_hash = any(?::text[])`,
      [workspaceId, botId, hashes],
    );
    return new Set(rows.map(({ hash }) => hash));
  }

  async add(workspaceId: string, botId: string, rows: HistoryRows): Promise<void> {
    await this.#insert(
      workspaceId,
      `with given as (
         select * from jsonb_to_recordset(?::jsonb) as r(id uuid, hash text, channel text, "externalUserId" text,
           metadata jsonb, "createdById" uuid, "messageCount" int, "lastMessageAt" timestamptz, "createdAt" timestamptz,
           "updatedAt" timestamptz, status text, "assigneeId" text, "handedOverAt" timestamptz, "legalHold" boolean,
           "firstReplyAt" timestamptz, "lastReplyAt" timestamptz)
       ), made as (
         insert into conversations (id, workspace_id, bot_id, channel, external_user_id, metadata, created_by_id,
           message_count, last_message_at, created_at, updated_at, status, assignee_id, handed_over_at, legal_hold,
           first_reply_at, last_reply_at)
         select g.id, w.workspace_id, ?::uuid, g.channel, g."externalUserId", g.metadata, g."createdById",
           g."messageCount", g."lastMessageAt", g."createdAt", g."updatedAt", g.status,
           (select m.user_id from memberships m where m.workspace_id = w.workspace_id and m.user_id::text = g."assigneeId"),
           g."handedOverAt", g."legalHold", g."firstReplyAt", g."lastReplyAt"
         from given g, (select ?::uuid as workspace_id) w where w.workspace_id = ?
         returning id
       )
       insert into imported_conversations (workspace_id, bot_id, source_hash, conversation_id)
       select ?::uuid, ?::uuid, g.hash, g.id from given g join made on made.id = g.id`,
      rows.conversations,
      [botId, workspaceId, workspaceId, workspaceId, botId],
    );
    await this.#insert(
      workspaceId,
      `with said as (
       insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, model,
         input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, history_truncated, finish_reason, cost_usd,
         latency_ms, first_token_ms, answered, attempts, error, tool, wishes, imported_author, created_at)
       select r.id, w.workspace_id, r."conversationId", r."turnId", r.position, r.role, r.content, r.status, r.model,
         r."inputTokens", r."cachedInputTokens", r."outputTokens", r."reasoningTokens", r."historyTruncated",
         r."finishReason", r."costUsd", r."latencyMs", r."firstTokenMs", r.answered, r.attempts, r.error, r.tool,
         r.wishes, r."importedAuthor", r."createdAt"
       from jsonb_to_recordset(?::jsonb) as r(id uuid, "conversationId" uuid, "turnId" uuid, position int, role text,
         content text, status text, model jsonb, "inputTokens" int, "cachedInputTokens" int, "outputTokens" int,
         "reasoningTokens" int, "historyTruncated" int, "finishReason" text, "costUsd" numeric, "latencyMs" int,
         "firstTokenMs" int, answered boolean, attempts jsonb, error jsonb, tool jsonb, wishes json,
         "importedAuthor" text, "createdAt" timestamptz), (select ?::uuid as workspace_id) w where w.workspace_id = ?
       returning id, workspace_id, conversation_id, role, status, content, cost_usd
       ), queued as (
         insert into message_search_queue (message_id, workspace_id)
         select id, workspace_id from said where role in ('user', 'assistant') and content <> ''
       )
       update conversations c set cost_usd = c.cost_usd + a.cost, error_count = c.error_count + a.errors
       from (
         select conversation_id, coalesce(sum(cost_usd), 0) as cost, (count(*) filter (where status = 'error'))::int as errors
         from said where role = 'assistant' group by conversation_id
       ) a
       where c.workspace_id = ? and c.id = a.conversation_id`,
      rows.messages,
      [workspaceId, workspaceId, workspaceId],
    );
    await this.#insert(
      workspaceId,
      `insert into message_citations (id, workspace_id, message_id, index, chunk_id, document_id, datasource_id, title,
         url, location, row_id, quote, created_at)
       select r.id, w.workspace_id, r."messageId", r.index, r."chunkId", r."documentId", r."datasourceId", r.title, r.url,
         r.location, r."rowId", r.quote, r."createdAt"
       from jsonb_to_recordset(?::jsonb) as r(id uuid, "messageId" uuid, index int, "chunkId" uuid, "documentId" uuid,
         "datasourceId" uuid, title text, url text, location jsonb, "rowId" uuid, quote text, "createdAt" timestamptz),
         (select ?::uuid as workspace_id) w where w.workspace_id = ?`,
      rows.citations,
      [workspaceId, workspaceId],
    );
    await this.#insert(
      workspaceId,
      `insert into message_feedback (id, workspace_id, message_id, conversation_id, rating, reason, comment, actor_id,
         created_at, updated_at)
       select r.id, w.workspace_id, r."messageId", r."conversationId", r.rating, r.reason, r.comment, r."actorId",
         r."createdAt", r."updatedAt"
       from jsonb_to_recordset(?::jsonb) as r(id uuid, "messageId" uuid, "conversationId" uuid, rating text, reason text,
         comment text, "actorId" uuid, "createdAt" timestamptz, "updatedAt" timestamptz), (select ?::uuid as workspace_id) w
       where w.workspace_id = ?`,
      rows.feedback,
      [workspaceId, workspaceId],
    );
    await this.#insert(
      workspaceId,
      `insert into message_corrections (workspace_id, message_id, conversation_id, question, content, imported_author,
         created_at, updated_at)
       select w.workspace_id, r."messageId", r."conversationId", r.question, r.content, r."importedAuthor", r."createdAt",
         r."updatedAt"
       from jsonb_to_recordset(?::jsonb) as r("messageId" uuid, "conversationId" uuid, question text, content text,
         "importedAuthor" text, "createdAt" timestamptz, "updatedAt" timestamptz), (select ?::uuid as workspace_id) w
       where w.workspace_id = ?`,
      rows.corrections,
      [workspaceId, workspaceId],
    );
    await this.#insert(
      workspaceId,
      `insert into conversation_tags (workspace_id, conversation_id, tag)
       select w.workspace_id, r."conversationId", r.tag
       from jsonb_to_recordset(?::jsonb) as r("conversationId" uuid, tag text), (select ?::uuid as workspace_id) w
       where w.workspace_id = ?`,
      rows.tags,
      [workspaceId, workspaceId],
    );
    await this.#insert(
      workspaceId,
      `insert into conversation_notes (id, workspace_id, conversation_id, content, imported_author, created_at)
       select r.id, w.workspace_id, r."conversationId", r.content, r."importedAuthor", r."createdAt"
       from jsonb_to_recordset(?::jsonb) as r(id uuid, "conversationId" uuid, content text, "importedAuthor" text,
         "createdAt" timestamptz), (select ?::uuid as workspace_id) w where w.workspace_id = ?`,
      rows.notes,
      [workspaceId, workspaceId],
    );
  }

  async #insert(
    workspaceId: string,
    sql: string,
    rows: readonly Readonly<Record<string, unknown>>[],
    params: readonly unknown[],
  ): Promise<void> {
    for (const piece of piecesOf(rows))
      await this.sql.inWorkspace(workspaceId, sql, [`[${piece.join(',')}]`, ...params]);
  }
}

/** A statement holds up the main thread where the embedded database runs there. */
function* piecesOf(rows: readonly Readonly<Record<string, unknown>>[]): Generator<string[]> {
  let piece: string[] = [];
  let characters = 0;
  for (const row of rows) {
    const written = JSON.stringify(row);
    if (
      piece.length === ROWS_AT_ONCE ||
      (piece.length > 0 && characters + written.length > CHARACTERS_AT_ONCE)
    ) {
      yield piece;
      piece = [];
      characters = 0;
    }
    piece.push(written);
    characters += written.length;
  }
  if (piece.length > 0) yield piece;
}
