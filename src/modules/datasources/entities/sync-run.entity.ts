import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { CrawlState } from '../site/site.types.js';
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

  @Property({ type: 'integer' })
  skipped = 0;

  @Property({ type: 'integer' })
  duplicate = 0;

  /** Pages that have no text without their scripts, and were not rendered. */
  @Property({ type: 'integer' })
  needsBrowser = 0;

  /** Of all that was read. */
  @Property({ type: 'double' })
  bytes = 0;

  /** How many pages are known, read or not. */
  @Property({ type: 'integer' })
  known = 0;

  /** The only document that is read; null for all of them. */
  @Property({ type: 'uuid', nullable: true })
  readonly documentId: string | null;

  /** How far the crawl of a site is. */
  @Property({ type: 'json', nullable: true })
  crawl: CrawlState | null;

  @Property({ type: 'datetime', length: 3 })
  readonly startedAt: Date;

  @Property({ type: 'datetime', length: 3, nullable: true })
  finishedAt: Date | null = null;

  @Property({ type: 'json', nullable: true })
  error: Reason | null = null;

  constructor(
    fields: { workspaceId: string; datasourceId: string; jobId: string; startedAt: Date } & {
      documentId?: string;
      crawl?: CrawlState;
    },
  ) {
    super(fields.workspaceId);
    this.datasourceId = fields.datasourceId;
    this.jobId = fields.jobId;
    this.startedAt = fields.startedAt;
    this.documentId = fields.documentId ?? null;
    this.crawl = fields.crawl ?? null;
  }

  count(outcome: PageOutcome): void {
    this[outcome] += 1;
  }

  /** Counts many at once. */
  countAll(counts: Partial<Record<PageOutcome, number>>): void {
    for (const [outcome, count] of Object.entries(counts) as [PageOutcome, number][]) this[outcome] += count;
  }

  finish(state: Exclude<RunState, 'running'>, at: Date, error?: Reason): void {
    this.state = state;
    this.finishedAt = at;
    this.error = error ? { code: error.code, message: error.message } : null;
  }
}
