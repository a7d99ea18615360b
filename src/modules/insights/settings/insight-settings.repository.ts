import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { InsightSettings } from './insight-settings.types.js';

@Injectable()
export class InsightSettingsRepository {
  constructor(private readonly sql: Sql) {}

  async find(workspaceId: string, botId: string): Promise<InsightSettings> {
    const [row] = await this.sql.inWorkspace<{ provider: string | null; name: string | null }>(
      workspaceId,
      `select naming_provider as provider, naming_model as name from insight_settings
       where workspace_id = ? and bot_id = ?`,
      [workspaceId, botId],
    );
    const { provider = null, name = null } = row ?? {};
    return { namingModel: provider !== null && name !== null ? { provider, name } : null };
  }

  async save(workspaceId: string, botId: string, { namingModel }: InsightSettings, at: Date): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into insight_settings (workspace_id, bot_id, naming_provider, naming_model, updated_at)
       select b.workspace_id, b.id, ?::text, ?::text, ?::timestamptz from bots b where b.workspace_id = ? and b.id = ?
       on conflict (workspace_id, bot_id) do update set naming_provider = excluded.naming_provider,
         naming_model = excluded.naming_model, updated_at = excluded.updated_at`,
      [namingModel?.provider ?? null, namingModel?.name ?? null, at, workspaceId, botId],
    );
  }
}
