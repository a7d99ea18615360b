import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type {
  DatasourceStatus,
  DatasourceType,
  Reason,
  SourceFile,
  SourceOrigin,
} from '../datasources.types.js';

/** The error of the last sync, with its time. */
export interface LastError extends Reason {
  readonly at: string;
}

/** What a new source is made of; its origin was checked. */
interface DatasourceFields extends SourceOrigin {
  readonly file?: SourceFile;
  readonly type: DatasourceType;
  readonly name: string;
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

  /** The text of a source that is one; as large as a document. */
  @Property({ type: 'text', nullable: true, lazy: true })
  content: string | null = null;

  @Property({ type: 'json', nullable: true })
  file: SourceFile | null = null;

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

  constructor(workspaceId: string, fields: DatasourceFields) {
    super(workspaceId);
    this.type = fields.type;
    this.name = fields.name;
    this.url = fields.url ?? null;
    this.content = fields.content ?? null;
    this.file = fields.file ?? null;
  }

  get hasContent(): boolean {
    return this.documentCount > 0;
  }

  /** Says whether its document is called otherwise now: a page has a title of its own. */
  rename(name: string): boolean {
    const isNew = name !== this.name && this.url === null;
    this.name = name;
    return isNew;
  }

  /** Takes the content from elsewhere with the next sync. Says whether that is news. */
  moveTo({ url, content }: SourceOrigin): boolean {
    const isNew = content !== undefined || (url !== undefined && url !== this.url);
    this.url = url ?? this.url;
    this.content = content ?? this.content;
    return isNew;
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
