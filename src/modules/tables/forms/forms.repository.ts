import { Injectable } from '@nestjs/common';
import {
  decodeCursor,
  isoTime,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
} from '#common/database';
import type { Form } from './form.types.js';
import { FormSlugTaken } from './forms.errors.js';

const FORM = `id, workspace_id as "workspaceId", table_id as "tableId", slug, title, description, fields, thanks,
  is_open as "isOpen", ${isoTime('created_at')} as "createdAt", ${isoTime('updated_at')} as "updatedAt"`;

/** Forms, by which anybody can add records. */
@Injectable()
export class FormsRepository {
  constructor(private readonly sql: Sql) {}

  /** Inserts a form, or takes over all that can change of it. @throws FormSlugTaken */
  async save({
    id,
    workspaceId,
    tableId,
    slug,
    title,
    description,
    fields,
    thanks,
    isOpen,
  }: Form): Promise<void> {
    await translateViolations({ forms_slug_unique: () => new FormSlugTaken() }, () =>
      this.sql.inWorkspace(
        workspaceId,
        `insert into forms (id, workspace_id, table_id, slug, title, description, fields, thanks, is_open, created_at, updated_at)
         values (?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?::jsonb, ?, ?::boolean, now(), now())
         on conflict (id) do update set slug = excluded.slug, title = excluded.title, description = excluded.description,
           fields = excluded.fields, thanks = excluded.thanks, is_open = excluded.is_open, updated_at = excluded.updated_at
         where forms.workspace_id = ?`,
        [
          ...[id, workspaceId, tableId, slug, title, description],
          ...[JSON.stringify(fields), thanks, isOpen, workspaceId],
        ],
      ),
    );
  }

  async find(workspaceId: string, id: string): Promise<Form | null> {
    const [row] = await this.sql.inWorkspace<Form>(
      workspaceId,
      `select ${FORM} from forms where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  async findBySlug(slug: string): Promise<Form | null> {
    const [row] = await this.sql.acrossWorkspaces<Form>(
      'a public address names a form',
      `select ${FORM} from forms where slug = ?`,
      [slug],
    );
    return row ?? null;
  }

  async list(workspaceId: string, { limit, cursor }: PageRequest): Promise<Page<Form>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<Form>(
      workspaceId,
      `select ${FORM} from forms where workspace_id = ? and (?::uuid is null or id < ?) order by id desc limit ?`,
      [workspaceId, before, before, limit + 1],
    );
    return toPage(rows, limit);
  }

  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from forms where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }
}
