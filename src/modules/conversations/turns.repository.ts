import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

const LEASE = `interval '8 seconds'`;

/** A conversation whose turn was left by a process that died. */
export interface AbandonedTurn {
  readonly workspaceId: string;
  readonly conversationId: string;
}

/** Whose turn it is in a conversation: a lease in the database, so that processes take turns too. */
@Injectable()
export class TurnsRepository {
  constructor(private readonly sql: Sql) {}

  /** Takes the turn when nobody has it, or who had it let the lease run out. */
  async take(workspaceId: string, conversationId: string, turnId: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update conversations set turn_id = ?, turn_expires_at = now() + ${LEASE}
       where workspace_id = ? and id = ? and (turn_id is null or turn_expires_at < now())
       returning id`,
      [turnId, workspaceId, conversationId],
    );
    return rows.length === 1;
  }

  async renew(workspaceId: string, conversationId: string, turnId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update conversations set turn_expires_at = now() + ${LEASE}
       where workspace_id = ? and id = ? and turn_id = ?`,
      [workspaceId, conversationId, turnId],
    );
  }

  async give(workspaceId: string, conversationId: string, turnId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update conversations set turn_id = null, turn_expires_at = null
       where workspace_id = ? and id = ? and turn_id = ?`,
      [workspaceId, conversationId, turnId],
    );
  }

  async listAbandoned(limit: number): Promise<AbandonedTurn[]> {
    return this.sql.acrossWorkspaces<AbandonedTurn>(
      'a process died in some workspace',
      `select workspace_id as "workspaceId", id as "conversationId" from conversations
       where turn_id is not null and turn_expires_at < now() order by turn_expires_at limit ?`,
      [limit],
    );
  }
}
