import { Injectable } from '@nestjs/common';
import { type Reading, Sql } from '#common/database';
import type { Budget } from './budgets/budgets.types.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import type { ModelOverride } from './overrides/model-overrides.types.js';

/** What decides which models a workspace can ask. */
export interface WorkspaceFacts {
  /** Oldest first, those that were refused last. */
  readonly credentials: readonly StoredCredential[];
  readonly overrides: readonly ModelOverride[];
  readonly budgets: readonly Budget[];
}

const OF_NOBODY: WorkspaceFacts = { credentials: [], overrides: [], budgets: [] };

const CREDENTIALS = `(select coalesce(json_agg(json_build_object('id', c.id, 'provider', c.provider, 'sealed', c.sealed,
    'baseUrl', c.base_url, 'state', c.state, 'version', c.updated_at) order by c.state = 'refused', c.id), '[]')
  from provider_credentials c where c.workspace_id = ?)`;
const OVERRIDES = `(select coalesce(json_agg(json_build_object('id', o.id, 'provider', o.provider, 'name', o.name,
    'contextWindow', o.context_window, 'maxOutputTokens', o.max_output_tokens, 'price', o.price,
    'api', o.api)), '[]')
  from model_overrides o where o.workspace_id = ?)`;
const BUDGETS = `(select coalesce(json_agg(json_build_object('id', b.id, 'botId', b.bot_id, 'period', b.period,
    'unit', b.unit, 'amount', b.amount::float8, 'fallback', b.fallback) order by b.id), '[]')
  from budgets b where b.workspace_id = ?)`;

/** Reads at once, for each answer, what a workspace has said of models. */
@Injectable()
export class WorkspaceModelsRepository {
  constructor(private readonly sql: Sql) {}

  async of(workspaceId: string): Promise<WorkspaceFacts> {
    const { expression, understand } = this.reading(workspaceId);
    const [row] = await this.sql.inWorkspace<{ facts: unknown }>(
      workspaceId,
      `select (${expression.sql}) as facts`,
      expression.params,
    );
    return understand(row?.facts ?? null);
  }

  /** The same for whoever reads it along. */
  reading(workspaceId: string): Reading<WorkspaceFacts> {
    return {
      expression: {
        sql: `select json_build_object('credentials', ${CREDENTIALS}, 'overrides', ${OVERRIDES}, 'budgets', ${BUDGETS})`,
        params: [workspaceId, workspaceId, workspaceId],
      },
      understand: (read) => (read as WorkspaceFacts | null) ?? OF_NOBODY,
    };
  }
}
