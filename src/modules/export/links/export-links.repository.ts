import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { ExportLink } from './export-link.types.js';

const LINK = `l.id, l.workspace_id as "workspaceId", l.export_id as "exportId", l.is_single_use as "isSingleUse", l.uses,
  l.created_by_id as "createdById", l.created_by_user_id as "createdByUserId", l.created_at as "createdAt",
  l.expires_at as "expiresAt"`;

@Injectable()
export class ExportLinksRepository {
  constructor(private readonly sql: Sql) {}

  async add(link: ExportLink): Promise<void> {
    await this.sql.inWorkspace(
      link.workspaceId,
      `insert into export_links (id, workspace_id, export_id, is_single_use, created_by_id, created_by_user_id, created_at, expires_at)
       select ?::uuid, e.workspace_id, e.id, ?::boolean, ?::uuid, ?::uuid, ?::timestamptz, ?::timestamptz
       from exports e where e.workspace_id = ? and e.id = ?`,
      [
        ...[
          link.id,
          link.isSingleUse,
          link.createdById,
          link.createdByUserId,
          link.createdAt,
          link.expiresAt,
        ],
        ...[link.workspaceId, link.exportId],
      ],
    );
  }

  /** Whoever holds the link is in no workspace; its signature was checked before. */
  async find(id: string, exportId: string): Promise<ExportLink | null> {
    const [row] = await this.sql.acrossWorkspaces<ExportLink>(
      'whoever holds a signed link is in no workspace',
      `select ${LINK} from export_links l where l.id = ?::uuid and l.export_id = ?::uuid`,
      [id, exportId],
    );
    return row ? { ...row, createdAt: new Date(row.createdAt), expiresAt: new Date(row.expiresAt) } : null;
  }

  /** Counts a use. @returns whether there was one left. */
  async use({ workspaceId, id }: Pick<ExportLink, 'workspaceId' | 'id'>): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update export_links set uses = uses + 1
       where workspace_id = ? and id = ? and (not is_single_use or uses = 0) returning id`,
      [workspaceId, id],
    );
    return rows.length > 0;
  }
}
