import { Injectable } from '@nestjs/common';
import { newId, Sql } from '#common/database';
import type { ModelOverride, ModelOverrideDraft } from './model-overrides.types.js';

const COLUMNS = `id, provider, name, context_window as "contextWindow", max_output_tokens as "maxOutputTokens", price, api`;

@Injectable()
export class ModelOverridesRepository {
  constructor(private readonly sql: Sql) {}

  /** Those that come after `after` in the order of their ids, newest first. */
  list(workspaceId: string, limit: number, after: string | null): Promise<ModelOverride[]> {
    return this.sql.inWorkspace<ModelOverride>(
      workspaceId,
      `select ${COLUMNS} from model_overrides where workspace_id = ? and (?::uuid is null or id < ?)
       order by id desc limit ?`,
      [workspaceId, after, after, limit],
    );
  }

  /** Takes the place of what was said of this model before. */
  async put(workspaceId: string, draft: ModelOverrideDraft): Promise<ModelOverride> {
    const { provider, name, contextWindow, maxOutputTokens, price, api } = draft;
    const [row] = await this.sql.inWorkspace<ModelOverride>(
      workspaceId,
      `insert into model_overrides (id, workspace_id, provider, name, context_window, max_output_tokens, price, api,
         created_at, updated_at)
       values (?::uuid, ?::uuid, ?, ?, ?::int, ?::int, ?::jsonb, ?, now(), now())
       on conflict (workspace_id, provider, name) do update set context_window = excluded.context_window,
         max_output_tokens = excluded.max_output_tokens, price = excluded.price, api = excluded.api,
         updated_at = now()
       where model_overrides.workspace_id = ?
       returning ${COLUMNS}`,
      [
        ...[newId(), workspaceId, provider, name, contextWindow, maxOutputTokens],
        ...[price && JSON.stringify(price), api, workspaceId],
      ],
    );
    if (!row) throw new Error('A model override was not kept.');
    return row;
  }

  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from model_overrides where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }
}
