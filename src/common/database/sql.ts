import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** Thrown when hand-written SQL could touch rows of every workspace by mistake. A bug, never an answer. */
export class UnscopedQuery extends Error {
  constructor(sql: string) {
    super(`This statement does not filter by workspace_id: ${sql.slice(0, 200)}`);
    this.name = 'UnscopedQuery';
  }
}

/**
 * The only way to run hand-written SQL. Takes part in the transaction of the current unit of work.
 * Parameters are `?`, bound in order.
 */
@Injectable()
export class Sql {
  constructor(private readonly em: EntityManager) {}

  /**
   * Runs a statement on rows of one workspace.
   *
   * @throws UnscopedQuery unless the text compares `workspace_id` and the workspace's id is among the parameters.
   */
  async inWorkspace<Row>(workspaceId: string, sql: string, params: readonly unknown[]): Promise<Row[]> {
    if (!/workspace_id\s*=\s*\S/i.test(sql) || !params.includes(workspaceId)) throw new UnscopedQuery(sql);
    return this.#execute<Row>(sql, params);
  }

  /**
   * Runs a statement on rows that belong to no workspace, or to all of them.
   *
   * @param reason why it is right to look across workspaces; shown in the database's own logs.
   */
  async acrossWorkspaces<Row>(reason: string, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.#execute<Row>(`/* ${reason.replaceAll(/[*/?]/g, '')} */ ${sql}`, params);
  }

  async #execute<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return (this.em as SqlEntityManager).execute<Row[]>(sql, params as unknown[], 'all');
  }
}
