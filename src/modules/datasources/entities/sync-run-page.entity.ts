import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { PageOutcome, Reason } from '../datasources.types.js';

/** What became of one page in one run. */
@Entity({ tableName: 'sync_run_pages' })
export class SyncRunPage extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly runId: string;

  @Property({ type: 'uuid', nullable: true })
  readonly documentId: string | null;

  @Property({ type: 'text', nullable: true })
  readonly url: string | null;

  @Property({ type: 'text' })
  readonly outcome: PageOutcome;

  @Property({ type: 'json', nullable: true })
  readonly reason: Reason | null;

  @Property({ type: 'smallint', nullable: true })
  readonly httpStatus: number | null;

  @Property({ type: 'integer', nullable: true })
  readonly bytes: number | null;

  @Property({ type: 'integer' })
  readonly durationMs: number;

  constructor(
    fields: Pick<SyncRunPage, 'workspaceId' | 'runId' | 'url' | 'outcome' | 'durationMs'> &
      Partial<Pick<SyncRunPage, 'documentId' | 'reason' | 'httpStatus' | 'bytes'>>,
  ) {
    super(fields.workspaceId);
    this.runId = fields.runId;
    this.documentId = fields.documentId ?? null;
    this.url = fields.url;
    this.outcome = fields.outcome;
    this.reason = fields.reason ?? null;
    this.httpStatus = fields.httpStatus ?? null;
    this.bytes = fields.bytes ?? null;
    this.durationMs = fields.durationMs;
  }
}
