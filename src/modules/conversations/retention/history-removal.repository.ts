import { Injectable } from '@nestjs/common';
import { firstIdAt, Sql } from '#common/database';

/** A bot whose conversations grow old. */
export interface ForgetfulBot {
  readonly id: string;
  readonly workspaceId: string;
}

/** What a batch came to. */
export interface RemovedBatch {
  readonly conversations: number;
  readonly messages: number;
  /** The last conversation that was looked at; null when there are no more. */
  readonly last: string | null;
}

/** Whose messages stay as long as nobody deletes them, of the conversation `c` and its bot `b`. */
const IS_HELD = `(c.legal_hold or (b.privacy ->> 'legalHold')::boolean)`;
/** From when on messages of bot `b` are kept; null keeps all. What is not kept leaves empty conversations for a day. */
const KEPT_SINCE = `case b.privacy ->> 'storage' when 'none' then now() - interval '1 day'
  else now() - (b.privacy ->> 'retentionDays')::int * interval '1 day' end`;
/** A message `m` that retention does not let go. */
export const MUST_STAY = `${IS_HELD} or b.privacy ->> 'retentionDays' is null
  or m.created_at >= now() - (b.privacy ->> 'retentionDays')::int * interval '1 day'`;

/** Removes what has grown old. */
@Injectable()
export class HistoryRemovalRepository {
  constructor(private readonly sql: Sql) {}

  /** Bots whose messages are kept for some time only. */
  listForgetful(): Promise<ForgetfulBot[]> {
    return this.sql.acrossWorkspaces<ForgetfulBot>(
      'each workspace has bots that forget',
      `select id, workspace_id as "workspaceId" from bots b
       where (b.privacy ->> 'retentionDays' is not null or b.privacy ->> 'storage' = 'none')
         and not (b.privacy ->> 'legalHold')::boolean`,
    );
  }

  /**
   * Goes on after the conversation that was looked at last: removes old conversations that nobody has spoken in since,
   * and old messages of the others. As the bot wants it now, within one transaction.
   */
  async removeOld(
    workspaceId: string,
    botId: string,
    after: string | null,
    limit: number,
  ): Promise<RemovedBatch> {
    const [row] = await this.sql.inWorkspace<RemovedBatch>(
      workspaceId,
      `with old as (
         select c.id, ${KEPT_SINCE} as since, coalesce(c.last_message_at, c.created_at) as spoken_at
         from conversations c join bots b on b.workspace_id = c.workspace_id and b.id = c.bot_id
         where c.workspace_id = ? and c.bot_id = ? and c.id > ? and not ${IS_HELD} and c.turn_id is null
           and ${KEPT_SINCE} is not null and c.created_at < ${KEPT_SINCE}
         order by c.id limit ?
       ), said as (
         delete from messages m using old
         where m.workspace_id = ? and m.conversation_id = old.id and m.created_at < old.since
         returning m.id
       ), gone as (
         delete from conversations c using old where c.workspace_id = ? and c.id = old.id and old.spoken_at < old.since
         returning c.id
       )
       select (select count(*)::int from gone) as conversations, (select count(*)::int from said) as messages,
         (select max(id::text) from old) as last`,
      [workspaceId, botId, after ?? firstIdAt(0), limit, workspaceId, workspaceId],
    );
    return row ?? { conversations: 0, messages: 0, last: null };
  }

  /** The conversation that follows, whatever is to become of it. */
  async next(workspaceId: string, botId: string, after: string | null): Promise<string | null> {
    const [row] = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      'select id from conversations where workspace_id = ? and bot_id = ? and id > ? order by id limit 1',
      [workspaceId, botId, after ?? firstIdAt(0)],
    );
    return row?.id ?? null;
  }
}
