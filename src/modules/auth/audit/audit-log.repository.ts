import { Injectable } from '@nestjs/common';
import { decodeCursor, isoTime, newId, type Page, type PageRequest, Sql, toPage } from '#common/database';
import type { AuditActor, AuditedAct, AuditEntry, AuditFilter } from './audit.types.js';

@Injectable()
export class AuditLogRepository {
  constructor(private readonly sql: Sql) {}

  async add(actor: AuditActor, act: AuditedAct, requestId: string | null): Promise<void> {
    await this.sql.inWorkspace(
      actor.workspaceId,
      `insert into audit_log (id, workspace_id, actor_kind, actor_id, user_id, action, subject, subject_id, details, request_id,
         created_at)
       select ?::uuid, w.id, ?, ?::uuid, ?::uuid, ?, ?, ?::uuid, ?::jsonb, ?, now()
       from (select id, id as workspace_id from workspaces) w where w.workspace_id = ?::uuid`,
      [
        ...[newId(), actor.kind, actor.id, actor.userId, act.action, act.subject, act.subjectId],
        ...[JSON.stringify(act.details ?? {}), requestId, actor.workspaceId],
      ],
    );
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    { action, subjectId, userId }: AuditFilter,
    { limit, cursor }: PageRequest,
  ): Promise<Page<AuditEntry>> {
    const conditions: readonly (readonly [string, unknown])[] = [
      ['workspace_id = ?', workspaceId],
      ['id < ?::uuid', cursor && decodeCursor(cursor)],
      ['action = ?', action],
      ['subject_id = ?::uuid', subjectId],
      ['user_id = ?::uuid', userId],
    ];
    const given = conditions.filter(([, value]) => value !== undefined);
    const rows = await this.sql.inWorkspace<AuditEntry>(
      workspaceId,
      `select id, workspace_id as "workspaceId", actor_kind as "actorKind", actor_id as "actorId", user_id as "userId", action,
         subject, subject_id as "subjectId", details, request_id as "requestId", ${isoTime('created_at')} as "createdAt"
       from audit_log where ${given.map(([condition]) => condition).join(' and ')} order by id desc limit ?`,
      [...given.map(([, value]) => value), limit + 1],
    );
    return toPage(rows, limit);
  }
}
