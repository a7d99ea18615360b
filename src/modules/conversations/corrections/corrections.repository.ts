import { Injectable } from '@nestjs/common';
import { isoTime, Sql } from '#common/database';
import type { Message } from '../entities/message.entity.js';
import type { Correction } from './corrections.types.js';

const COLUMNS = `k.message_id as "messageId", k.question, k.content, k.actor_id as "actorId", k.imported_author as "importedAuthor",
  k.learned_datasource_id as "learnedDatasourceId", k.learned_item_id as "learnedItemId", ${isoTime('k.created_at')} as "createdAt",
  ${isoTime('k.updated_at')} as "updatedAt"`;

@Injectable()
export class CorrectionsRepository {
  constructor(private readonly sql: Sql) {}

  /** Puts it in the place of an earlier one. `null` when the message is gone. */
  async save(
    { workspaceId, id, conversationId, position }: Message,
    { question, content, actorId }: { question: string | null; content: string; actorId: string },
  ): Promise<Correction | null> {
    const [row] = await this.sql.inWorkspace<Correction>(
      workspaceId,
      `insert into message_corrections as k (workspace_id, message_id, conversation_id, question, content, actor_id)
       select m.workspace_id, m.id, m.conversation_id, coalesce(?::text, (
           select q.content from messages q
           where q.workspace_id = m.workspace_id and q.conversation_id = m.conversation_id and q.role = 'user'
             and q.position < ?::int
           order by q.position desc limit 1
         ), ''), ?::text, ?::uuid
       from messages m where m.workspace_id = ? and m.id = ? and m.conversation_id = ?
       on conflict (workspace_id, message_id) do update set question = excluded.question, content = excluded.content,
         actor_id = excluded.actor_id, imported_author = null, updated_at = now()
       returning ${COLUMNS}`,
      [question, position, content, actorId, workspaceId, id, conversationId],
    );
    return row ?? null;
  }

  async find(workspaceId: string, messageId: string): Promise<Correction | null> {
    return (await this.list(workspaceId, [messageId]))[0] ?? null;
  }

  async list(workspaceId: string, messageIds: readonly string[]): Promise<Correction[]> {
    if (messageIds.length === 0) return [];
    return this.sql.inWorkspace<Correction>(
      workspaceId,
      `select ${COLUMNS} from message_corrections k where k.workspace_id = ?
         and k.message_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, JSON.stringify(messageIds)],
    );
  }

  async remove(workspaceId: string, messageId: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from message_corrections where workspace_id = ? and message_id = ? returning message_id',
      [workspaceId, messageId],
    );
    return rows.length > 0;
  }

  async noteLearned(
    workspaceId: string,
    messageId: string,
    { datasourceId, itemId }: { datasourceId: string; itemId: string },
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update message_corrections set learned_datasource_id = ?, learned_item_id = ?
       where workspace_id = ? and message_id = ?`,
      [datasourceId, itemId, workspaceId, messageId],
    );
  }
}
