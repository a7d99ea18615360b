import { Injectable } from '@nestjs/common';
import { newId, Sql, type Statement } from '#common/database';
import type { OutboxEvent } from './outbox-event.js';

/** Events that wait to go out, and for a day those that have. Times are the database's own. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly sql: Sql) {}

  async add(workspaceId: string, type: string, payload: object): Promise<void> {
    await this.sql.acrossWorkspaces(
      'writes the row of one workspace',
      `insert into outbox (id, workspace_id, type, payload, next_attempt_at, created_at) values (?, ?, ?, ?::jsonb, now(), now())`,
      [newId(), workspaceId, type, JSON.stringify(payload)],
    );
  }

  /**
   * Adds an event once for each row of `from`, as part of a statement that has such rows.
   *
   * @param also further fields of the payload, as an expression over such a row.
   */
  addition(
    workspaceId: string,
    type: string,
    payload: object,
    from: string,
    also = `'{}'::jsonb`,
  ): Statement {
    return {
      sql: `insert into outbox (id, workspace_id, type, payload, next_attempt_at, created_at)
        select ?::uuid, ?::uuid, ?, ?::jsonb || ${also}, now(), now() from ${from}`,
      params: [newId(), workspaceId, type, JSON.stringify(payload)],
    };
  }

  /**
   * Takes the events that have been due for longest, and hides them from other processes for `leaseMs`: when this one dies, they
   * come up again by themselves.
   */
  async take(limit: number, leaseMs: number): Promise<OutboxEvent[]> {
    return this.sql.acrossWorkspaces<OutboxEvent>(
      'the relay serves every workspace',
      `with taken as (
         update outbox set attempt = attempt + 1, next_attempt_at = now() + ? * interval '1 millisecond'
         where id in (
           select id from outbox where dispatched_at is null and next_attempt_at <= now()
           order by next_attempt_at, id limit ? for update skip locked
         )
         returning id, workspace_id as "workspaceId", type, payload, attempt
       )
       select * from taken order by id`,
      [leaseMs, limit],
    );
  }

  /** Does nothing when the lease ran out and another process has taken the event since. */
  async markDispatched({ id, workspaceId, attempt }: OutboxEvent): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update outbox set dispatched_at = now(), last_error = null where workspace_id = ? and id = ? and attempt = ?',
      [workspaceId, id, attempt],
    );
  }

  async postpone({ id, workspaceId, attempt }: OutboxEvent, delayMs: number, reason: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update outbox set next_attempt_at = now() + ? * interval '1 millisecond', last_error = ?
       where workspace_id = ? and id = ? and attempt = ? and (dispatched_at is null) is true`,
      [delayMs, reason, workspaceId, id, attempt],
    );
  }

  /** How many events have not gone out, and for how long the oldest of them has been there. */
  async countWaiting(): Promise<{ count: number; oldestSeconds: number }> {
    const [row] = await this.sql.acrossWorkspaces<{ count: number; oldestSeconds: number }>(
      'metrics are about every workspace',
      `select count(*)::int as count, coalesce(extract(epoch from now() - min(created_at)), 0)::float as "oldestSeconds"
       from outbox where dispatched_at is null`,
    );
    return row ?? { count: 0, oldestSeconds: 0 };
  }

  async purge(olderThanMs: number): Promise<void> {
    await this.sql.acrossWorkspaces(
      'old events of every workspace go',
      `delete from outbox where dispatched_at < now() - ? * interval '1 millisecond'`,
      [olderThanMs],
    );
  }
}
