import { Injectable } from '@nestjs/common';
import { Sql, type Statement } from '#common/database';
import type { Message } from '../entities/message.entity.js';

/** The clause of `reply` that has a row if the message was kept. */
export const SAID = 'said';

/** Who answers in which conversation, and what people say there. */
@Injectable()
export class HandoversRepository {
  constructor(private readonly sql: Sql) {}

  /** @returns the turn that its bot has, which is to stop; `null` when it was taken over before, or is gone. */
  async takeOver(
    workspaceId: string,
    id: string,
    actorId: string,
  ): Promise<{ readonly turnId: string | null } | null> {
    const [row] = await this.sql.inWorkspace<{ turnId: string | null }>(
      workspaceId,
      `update conversations set handed_over_at = now(), handed_over_by_id = ?::uuid, updated_at = now(),
         turn_stop_requested = turn_id is not null
       where workspace_id = ? and id = ? and handed_over_at is null returning turn_id as "turnId"`,
      [actorId, workspaceId, id],
    );
    return row ?? null;
  }

  /** Who took it over last stays known. @returns whether it was handed over. */
  async handBack(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update conversations set handed_over_at = null, updated_at = now()
       where workspace_id = ? and id = ? and handed_over_at is not null returning id`,
      [workspaceId, id],
    );
    return rows.length > 0;
  }

  /**
   * Keeps what a person says, where people answer and the bot is not just doing so.
   * @param readerId who has seen it, and all before.
   * @param announcement a statement that is run when it is kept, from the rows of `SAID`.
   * @returns its position; null when nothing was kept.
   */
  async reply(message: Message, readerId: string, announcement: Statement): Promise<number | null> {
    const { id, workspaceId, conversationId, turnId, content, authorId, createdAt } = message;
    const [row] = await this.sql.inWorkspace<{ position: number }>(
      workspaceId,
      `with placed as (
         update conversations set message_count = message_count + 1, last_message_at = now(), updated_at = now(),
           first_reply_at = coalesce(first_reply_at, now()), last_reply_at = now()
         where workspace_id = ? and id = ? and turn_id is null and handed_over_at is not null
         returning workspace_id, id, message_count
       ), ${SAID} as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, author_id,
           created_at)
         select ?::uuid, workspace_id, id, ?::uuid, message_count, 'assistant', ?, 'complete', ?::uuid, ?::timestamptz
         from placed
         returning id, workspace_id, position
       ), queued as (
         insert into message_search_queue (message_id, workspace_id) select id, workspace_id from ${SAID}
       ), seen as (
         insert into conversation_reads (workspace_id, conversation_id, user_id, position)
         select p.workspace_id, p.id, m.user_id, p.message_count from placed p
         join memberships m on m.workspace_id = p.workspace_id and m.user_id = ?::uuid
         on conflict (workspace_id, conversation_id, user_id)
           do update set position = excluded.position, read_at = now()
       ), announced as (${announcement.sql})
       select position from ${SAID}`,
      [
        ...[workspaceId, conversationId, id, turnId, content, authorId, createdAt],
        ...[readerId, ...announcement.params],
      ],
    );
    return row?.position ?? null;
  }
}
