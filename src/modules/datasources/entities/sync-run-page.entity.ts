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

  /** Null while the page has still to be read. */
  @Property({ type: 'text', nullable: true })
  readonly outcome: PageOutcome | null;

  @Property({ type: 'json', nullable: true })
  readonly reason: Reason | null;

  @Property({ type: 'smallint', nullable: true })
  readonly httpStatus: number | null;

  @Property({ type: 'integer', nullable: true })
  readonly bytes: number | null;

  @Property({ type: 'integer' })
  readonly durationMs: number;

  /** How many links it is away from a start page. */
  @Property({ type: 'smallint' })
  readonly depth: number = 0;

  /** Whose server it is asked of, in the crawl of a site. */
  @Property({ type: 'text', nullable: true })
  readonly origin: string | null = null;

  /** The address without its query, where it has one. */
  @Property({ type: 'text', nullable: true })
  readonly queryPath: string | null = null;

  @Property({ type: 'smallint' })
  readonly tries: number = 0;

  @Property({ type: 'datetime', length: 3, nullable: true })
  readonly notBefore: Date | null = null;

  /** Where it says that it belongs, and is believed. */
  @Property({ type: 'text', nullable: true })
  readonly canonicalUrl: string | null = null;

  @Property({ type: 'boolean' })
  readonly heedsCanonical: boolean = true;

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
