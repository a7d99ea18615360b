import { IdField, PageQuery, TextField } from '#common/validation';
import type { AuditFilter } from '../audit/audit.types.js';

export class ListAuditLogQuery extends PageQuery {
  @TextField({ optional: true, max: 100, description: 'Such acts only, for example `export.download`.' })
  readonly action?: string;

  @IdField({ optional: true, description: 'What was done to this.' })
  readonly subjectId?: string;

  @IdField({ optional: true, description: 'What this user did, also by API keys.' })
  readonly userId?: string;

  toFilter(): AuditFilter {
    const { action, subjectId, userId } = this;
    return {
      ...(action === undefined ? {} : { action }),
      ...(subjectId === undefined ? {} : { subjectId }),
      ...(userId === undefined ? {} : { userId }),
    };
  }
}
