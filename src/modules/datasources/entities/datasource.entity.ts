import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { DatasourceDraft, DatasourceStatus, DatasourceType, Reason } from '../datasources.types.js';

/** The error of the last sync, with its time. */
export interface LastError extends Reason {
  readonly at: string;
}

/** Something that bots can answer from. */
@Entity({ tableName: 'datasources' })
export class Datasource extends TenantEntity {
  @Property({ type: 'text' })
  readonly type: DatasourceType;

  @Property({ type: 'text' })
  name: string;

  @Property({ type: 'text', nullable: true })
  url: string | null;

  @Property({ type: 'text' })
  status: DatasourceStatus = 'pending';

  @Property({ type: 'integer' })
  documentCount = 0;

  @Property({ type: 'integer' })
  chunkCount = 0;

  @Property({ type: 'datetime', length: 3, nullable: true })
  lastSyncedAt: Date | null = null;

  @Property({ type: 'json', nullable: true })
  lastError: LastError | null = null;

  @Property({ type: 'datetime', length: 3 })
  updatedAt: Date = this.createdAt;

  constructor(workspaceId: string, draft: DatasourceDraft) {
    super(workspaceId);
    this.type = draft.type;
    this.url = draft.url;
    this.name = draft.name ?? nameOfUrl(draft.url);
  }

  get hasContent(): boolean {
    return this.documentCount > 0;
  }

  startSync(at: Date): void {
    this.status = 'syncing';
    this.updatedAt = at;
  }

  /** The content is what the page says now. */
  finishSync(counts: { readonly documentCount: number; readonly chunkCount: number }, at: Date): void {
    this.documentCount = counts.documentCount;
    this.chunkCount = counts.chunkCount;
    this.status = 'ready';
    this.lastSyncedAt = at;
    this.lastError = null;
    this.updatedAt = at;
  }

  /** The content stays what it was. */
  failSync({ code, message }: Reason, at: Date): void {
    this.status = this.hasContent ? 'stale' : 'failed';
    this.lastError = { code, message, at: at.toISOString() };
    this.updatedAt = at;
  }
}

function nameOfUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`.slice(0, 200);
}
