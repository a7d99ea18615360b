import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import type { Page, PageRequest } from '#common/database';
import { currentCall } from '#common/telemetry';
import { AuditLogRepository } from './audit-log.repository.js';
import type { AuditActor, AuditedAct, AuditEntry, AuditFilter } from './audit.types.js';

/** What was done in a workspace, by whom and when. Entries are added and read, never changed. */
@Injectable()
export class AuditLog {
  constructor(private readonly repository: AuditLogRepository) {}

  /** Adds an entry as part of the caller's unit of work, if there is one. */
  async record(actor: Actor | AuditActor, act: AuditedAct): Promise<void> {
    const { kind, workspaceId, id, userId } = actor;
    await this.repository.add({ kind, workspaceId, id, userId }, act, currentCall().requestId ?? null);
  }

  list(actor: Actor, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
    return this.repository.list(actor.workspaceId, filter, page);
  }
}
