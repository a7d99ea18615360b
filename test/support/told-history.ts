import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { Sql, Tenancy } from '#common/database';
import type { TestApp, TestMember } from './app.js';

/** A question with its answer, as a conversation of the past has it. */
export interface ToldTurn {
  readonly question: string;
  readonly answer?: string;
  readonly answered?: boolean;
  readonly rating?: 'up' | 'down' | null;
  readonly costUsd?: number;
  readonly latencyMs?: number;
  /** After the turn before it; a minute by default. */
  readonly afterMs?: number;
  /** Of the source that the answer cites. */
  readonly citedTitle?: string;
}

export interface ToldConversation {
  readonly at: Date;
  readonly turns: readonly ToldTurn[];
  readonly externalUserId?: string;
  readonly channel?: string;
}

const BATCH = 200;
const MINUTE_MS = 60_000;

/** Writes conversations of the past into the database, as if they had been held then. */
export async function tellHistory(
  { app }: TestApp,
  { actor }: TestMember,
  botId: string,
  conversations: readonly ToldConversation[],
): Promise<string[]> {
  const told = conversations.map((conversation) => ({
    id: v7({ msecs: conversation.at.getTime() }),
    ...conversation,
  }));
  for (let start = 0; start < told.length; start += BATCH) {
    const batch = told.slice(start, start + BATCH);
    const messages = batch.flatMap(messagesOf);
    const rows = batch.map(({ id, at, turns, externalUserId = null, channel = 'api' }) => ({
      ...{ id, at, externalUserId, channel, messages: turns.length * 2 },
    }));
    await app.get(Tenancy, { strict: false }).runUnbound(async () => {
      const sql = app.get(Sql, { strict: false });
      await sql.acrossWorkspaces(
        'a test tells of the past',
        `insert into conversations (id, workspace_id, bot_id, channel, external_user_id, metadata, created_by_id,
           message_count, last_message_at, turn_stop_requested, created_at, updated_at)
         select c.id, ?::uuid, ?::uuid, c.channel, c."externalUserId", '{}', ?::uuid, c.messages, c.at, false, c.at, c.at
         from jsonb_to_recordset(?::jsonb) as c(id uuid, at timestamptz, "externalUserId" text, channel text, messages int)`,
        [actor.workspaceId, botId, actor.id, JSON.stringify(rows)],
      );
      await sql.acrossWorkspaces(
        'a test tells of the past',
        `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, model,
           cost_usd, latency_ms, answered, created_at)
         select m.id, ?::uuid, m."conversationId", m."turnId", m.position, m.role, m.content, 'complete', m.model,
           m."costUsd", m."latencyMs", m.answered, m.at
         from jsonb_to_recordset(?::jsonb) as m(id uuid, "conversationId" uuid, "turnId" uuid, position int, role text,
           content text, model jsonb, "costUsd" numeric, "latencyMs" int, answered boolean, at timestamptz)`,
        [actor.workspaceId, JSON.stringify(messages)],
      );
      await sql.acrossWorkspaces(
        'a test tells of the past',
        `update conversations c set cost_usd = a.cost, first_reply_at = a.first_at, last_reply_at = a.last_at
         from (
           select m."conversationId" as id, sum(m."costUsd") as cost, min(m.at) as first_at, max(m.at) as last_at
           from jsonb_to_recordset(?::jsonb) as m("conversationId" uuid, role text, "costUsd" numeric, at timestamptz)
           where m.role = 'assistant' group by 1
         ) a where c.workspace_id = ?::uuid and c.id = a.id`,
        [JSON.stringify(messages), actor.workspaceId],
      );
      await sql.acrossWorkspaces(
        'a test tells of the past',
        `insert into message_feedback (id, workspace_id, message_id, conversation_id, rating, actor_id, created_at, updated_at)
         select gen_random_uuid(), ?::uuid, m.id, m."conversationId", m.rating, ?::uuid, m.at, m.at
         from jsonb_to_recordset(?::jsonb) as m(id uuid, "conversationId" uuid, rating text, at timestamptz)
         where m.rating is not null`,
        [actor.workspaceId, actor.id, JSON.stringify(messages)],
      );
      await sql.acrossWorkspaces(
        'a test tells of the past',
        `insert into message_citations (id, workspace_id, message_id, index, chunk_id, document_id, datasource_id, title,
           quote, created_at)
         select gen_random_uuid(), ?::uuid, m.id, 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
           m."citedTitle", '', m.at
         from jsonb_to_recordset(?::jsonb) as m(id uuid, "citedTitle" text, at timestamptz)
         where m."citedTitle" is not null`,
        [actor.workspaceId, JSON.stringify(messages)],
      );
    });
  }
  return told.map(({ id }) => id);
}

function messagesOf({ id: conversationId, at, turns }: ToldConversation & { readonly id: string }): object[] {
  let time = at.getTime() - MINUTE_MS;
  return turns.flatMap((turn, index) => {
    const { question, answer = 'Here is what I found.', answered = true, rating = null } = turn;
    const { costUsd = 0.001, latencyMs = 900, afterMs = MINUTE_MS, citedTitle = null } = turn;
    time += afterMs;
    const shared = { conversationId, turnId: randomUUID() };
    const asked = new Date(time);
    const given = new Date(time + latencyMs);
    return [
      {
        ...shared,
        ...{ id: v7({ msecs: time }), role: 'user', content: question, position: index * 2 + 1, at: asked },
      },
      {
        ...shared,
        ...{
          id: v7({ msecs: given.getTime() }),
          role: 'assistant',
          content: answer,
          position: index * 2 + 2,
        },
        ...{
          at: given,
          answered,
          rating,
          costUsd,
          citedTitle,
          latencyMs,
          model: { provider: 'openai', name: 'gpt-4.1' },
        },
      },
    ];
  });
}
