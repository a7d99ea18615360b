import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

/** What is kept of a first call. `answer` is sealed; it is absent while the call runs. */
export interface StoredCall {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly answer: string | null;
}

/** Keys of the last 24 hours. They belong to an actor (`scope`), not to a workspace's rows. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly sql: Sql) {}

  /** Takes the key for a new call. Takes over keys that are a day old, or whose call has died. */
  async claim(scope: string, key: string, fingerprint: string): Promise<boolean> {
    const rows = await this.sql.acrossWorkspaces(
      'keys are scoped by actor',
      `insert into idempotency_keys as k (scope, key, fingerprint, created_at) values (?, ?, ?, now())
       on conflict (scope, key) do update
         set fingerprint = excluded.fingerprint, status = null, answer = null, created_at = now()
         where k.created_at < now() - interval '24 hours'
            or (k.status is null and k.created_at < now() - interval '10 seconds' and k.fingerprint = excluded.fingerprint)
       returning key`,
      [scope, key, fingerprint],
    );
    return rows.length === 1;
  }

  /** Says every few seconds that a call still runs; the key of one that falls silent can be taken over. */
  async renew(scope: string, key: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'keys are scoped by actor',
      'update idempotency_keys set created_at = now() where scope = ? and key = ? and status is null',
      [scope, key],
    );
  }

  async find(scope: string, key: string): Promise<StoredCall | null> {
    const [row] = await this.sql.acrossWorkspaces<StoredCall>(
      'keys are scoped by actor',
      'select fingerprint, status, answer from idempotency_keys where scope = ? and key = ?',
      [scope, key],
    );
    return row ?? null;
  }

  async complete(scope: string, key: string, status: number, answer: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'keys are scoped by actor',
      'update idempotency_keys set status = ?, answer = ? where scope = ? and key = ?',
      [status, answer, scope, key],
    );
  }

  /** Answers that are kept in a workspace, in the order of their keys. */
  async answersIn(
    workspaceId: string,
    after: { readonly scope: string; readonly key: string } | null,
    limit: number,
  ): Promise<{ readonly scope: string; readonly key: string; readonly answer: string }[]> {
    return this.sql.acrossWorkspaces(
      'keys are scoped by actor, whose workspace comes first',
      `select scope, key, answer from idempotency_keys
       where scope like ? and answer is not null and (scope, key) > (?, ?) order by scope, key limit ?`,
      [`${workspaceId}/%`, after?.scope ?? '', after?.key ?? '', limit],
    );
  }

  async forget(scope: string, key: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'keys are scoped by actor',
      'delete from idempotency_keys where scope = ? and key = ? and status is not null',
      [scope, key],
    );
  }

  /** Frees the key of a call that failed, so that it can be made again. */
  async release(scope: string, key: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'keys are scoped by actor',
      'delete from idempotency_keys where scope = ? and key = ? and status is null',
      [scope, key],
    );
  }

  async purge(): Promise<void> {
    await this.sql.acrossWorkspaces(
      'keys are scoped by actor',
      `delete from idempotency_keys where created_at < now() - interval '24 hours'`,
    );
  }
}
