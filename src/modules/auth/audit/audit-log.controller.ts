import { Controller, Get, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Answers, Does, Topic } from '#common/http';
import { AuditEntryPage, AuditEntryResponse } from '../dto/audit-entry.response.js';
import { ListAuditLogQuery } from '../dto/list-audit-log.query.js';
import { AuditLog } from './audit-log.js';

@Controller('v1/audit-log')
@Topic('Who did what, and when.')
export class AuditLogController {
  constructor(private readonly auditLog: AuditLog) {}

  @Get()
  @Does('Lists what was done, the newest first.')
  @Can('read', 'AuditLog')
  @Answers(200, AuditEntryPage)
  async list(@CurrentActor() actor: Actor, @Query() query: ListAuditLogQuery): Promise<AuditEntryPage> {
    const { data, nextCursor } = await this.auditLog.list(actor, query.toFilter(), query);
    return { data: data.map((entry) => AuditEntryResponse.from(entry)), nextCursor };
  }
}
