import { Injectable } from '@nestjs/common';
import { Sql, UnitOfWork } from '#common/database';
import { ProviderLimitReached } from './providers.errors.js';
import { type LimitedKind, WORKSPACE_LIMITS } from './workspace-limits.js';

const TABLES: Readonly<Record<LimitedKind, string>> = {
  credentials: 'provider_credentials',
  budgets: 'budgets',
  overrides: 'model_overrides',
};

/** Keeps workspaces within what they may have. */
@Injectable()
export class WorkspaceLimitsRepository {
  constructor(
    private readonly sql: Sql,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Adds a row in a unit of work, one after the other within a workspace, so that of many at once each counts those
   * before it.
   *
   * @throws ProviderLimitReached; then nothing was added.
   */
  async adding<T>(workspaceId: string, kind: LimitedKind, add: () => Promise<T>): Promise<T> {
    return this.unitOfWork.run(async () => {
      await this.sql.acrossWorkspaces(
        'waits for others who add to this workspace',
        'select pg_advisory_xact_lock(hashtextextended(?::text, 0))',
        [`${kind} of ${workspaceId}`],
      );
      const added = await add();
      const [row] = await this.sql.inWorkspace<{ count: number }>(
        workspaceId,
        `select count(*)::int as count from ${TABLES[kind]} where workspace_id = ?`,
        [workspaceId],
      );
      if (row && row.count > WORKSPACE_LIMITS[kind]) throw new ProviderLimitReached(kind);
      return added;
    });
  }
}
