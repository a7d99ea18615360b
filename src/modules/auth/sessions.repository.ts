import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Role } from '#common/access';
import { oneOf, SharedReads, Sql, Tenancy } from '#common/database';
import { Session } from './entities/session.entity.js';

const REMEMBERED_TOKENS = 100;

/** A session that may act now, with the role that its user has now. */
export interface LiveSession {
  readonly id: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly role: Role;
}

const LIVE = `
  from sessions s
  join memberships m on m.workspace_id = s.workspace_id and m.user_id = s.user_id and m.status = 'active'
  where s.revoked_at is null and s.expires_at > now()`;

/** Sessions are looked up by their own id, before the workspace is known. */
@Injectable()
export class SessionsRepository {
  readonly #live = new SharedReads<LiveSession>((ids) => this.#readLive(ids));

  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
    private readonly tenancy: Tenancy,
  ) {}

  async add(session: Session): Promise<void> {
    await this.em.insert(session);
  }

  /**
   * The session as it is now, unless it ended, expired, or its user is no longer an active member. Every call begins with
   * this, so calls that come at once share the look.
   */
  async findLive(id: string): Promise<LiveSession | null> {
    return isUUID(id) ? this.#live.find(id) : null;
  }

  /** Those of the sessions that may act now. */
  async listLive(ids: readonly string[]): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ id: string }>(
      'open streams know their sessions',
      `select s.id ${LIVE} and s.id = any(?::uuid[])`,
      [`{${ids.join(',')}}`],
    );
    return rows.map(({ id }) => id);
  }

  /** Replaces the refresh token; false when `oldHash` is not the valid one. One statement, so that only one caller wins. */
  async rotate(id: string, oldHash: string, newHash: string, expiresAt: Date): Promise<boolean> {
    const rows = await this.sql.acrossWorkspaces(
      'a token names its session',
      `update sessions
       set token_hash = ?, last_used_at = now(), expires_at = ?,
           previous_token_hashes = (array_prepend(token_hash, previous_token_hashes))[1:${REMEMBERED_TOKENS}]
       where id = ? and token_hash = ? and revoked_at is null and expires_at > now()
       returning id`,
      [newHash, expiresAt, id, oldHash],
    );
    return rows.length === 1;
  }

  /** Ends the session if this token was its valid one once; true when it did. */
  async revokeIfReused(id: string, hash: string): Promise<boolean> {
    const rows = await this.sql.acrossWorkspaces(
      'a token names its session',
      `update sessions set revoked_at = coalesce(revoked_at, now())
       where id = ? and ? = any(previous_token_hashes) returning id`,
      [id, hash],
    );
    return rows.length === 1;
  }

  async revoke(id: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'a token names its session',
      'update sessions set revoked_at = coalesce(revoked_at, now()) where id = ?',
      [id],
    );
  }

  async #readLive(ids: readonly string[]): Promise<Map<string, LiveSession>> {
    const asked = oneOf('s.id', 'uuid', ids);
    const rows = await this.tenancy.runUnbound(() =>
      this.sql.acrossWorkspaces<LiveSession>(
        'a token names its session',
        `select s.id, s.user_id as "userId", s.workspace_id as "workspaceId", m.role ${LIVE} and ${asked.sql}`,
        asked.params,
      ),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
