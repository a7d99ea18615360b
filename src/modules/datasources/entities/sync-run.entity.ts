import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { PageOutcome, Reason, RunState } from '../datasources.types.js';

/** One attempt to bring a source up to date. */
@Entity({ tableName: 'sync_runs' })
export class SyncRun extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly datasourceId: string;

  @Property({ type: 'uuid' })
  readonly jobId: string;

  @Property({ type: 'text' })
  state: RunState = 'running';

  @Property({ type: 'integer' })
  added = 0;

  @Property({ type: 'integer' })
  unchanged = 0;

  @Property({ type: 'integer' })
  changed = 0;

  @Property({ type: 'integer' })
  gone = 0;

  @Property({ type: 'integer' })
  failed = 0;

  @Property({ type: 'datetime', length: 3 })
  readonly startedAt: Date;

  @Property({ type: 'datetime', length: 3, nullable: true })
  finishedAt: Date | null = null;

  @Property({ type: 'json', nullable: true })
  error: Reason | null = null;

  constructor(fields: { workspaceId: string; datasourceId: string; jobId: string; startedAt: Date }) {
    super(fields.workspaceId);
    this.datasourceId = fields.datasourceId;
    this.jobId = fields.jobId;
    this.startedAt = fields.startedAt;
  }

  count(outcome: PageOutcome): void {
    this[outcome] += 1;
  }

  finish(state: Exclude<RunState, 'running'>, at: Date, error?: Reason): void {
    this.state = state;
    this.finishedAt = at;
    this.error = error ? { code: error.code, message: error.message } : null;
  }
}
