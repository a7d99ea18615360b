import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';

/** What a page says, as it was last read. */
export interface DocumentContent {
  readonly title: string;
  readonly canonicalUrl?: string;
  readonly language?: string;
  readonly markdown: string;
  readonly contentHash: string;
  readonly indexVersion: number;
}

/** What the server of the page said about this version, for asking again only when it changed. */
export interface DocumentVersion {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly bytes: number;
}

/** One page, text or file of a source. */
@Entity({ tableName: 'documents' })
export class Document extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly datasourceId: string;

  /** The address it is asked for by; a text or a file has none. */
  @Property({ type: 'text', nullable: true })
  readonly url: string | null;

  @Property({ type: 'text', nullable: true })
  canonicalUrl: string | null = null;

  @Property({ type: 'text' })
  title = '';

  @Property({ type: 'text', nullable: true })
  language: string | null = null;

  @Property({ type: 'text', lazy: true })
  markdown = '';

  @Property({ type: 'text' })
  contentHash = '';

  /** How its passages were indexed; see `INDEX_VERSION`. */
  @Property({ type: 'integer' })
  indexVersion = 0;

  @Property({ type: 'text', nullable: true })
  etag: string | null = null;

  @Property({ type: 'text', nullable: true })
  lastModified: string | null = null;

  @Property({ type: 'integer' })
  bytes = 0;

  @Property({ type: 'integer' })
  chunkCount = 0;

  /** How many terms its passages have together, repetitions counted. */
  @Property({ type: 'integer' })
  lexemeCount = 0;

  /** In how many runs in a row it was not found. */
  @Property({ type: 'smallint' })
  missed = 0;

  @Property({ type: 'datetime', length: 3 })
  fetchedAt: Date;

  @Property({ type: 'datetime', length: 3 })
  updatedAt: Date = this.createdAt;

  constructor(fields: { workspaceId: string; datasourceId: string; url: string | null; fetchedAt: Date }) {
    super(fields.workspaceId);
    this.datasourceId = fields.datasourceId;
    this.url = fields.url;
    this.fetchedAt = fields.fetchedAt;
  }

  /** Takes over new content. */
  replace(content: DocumentContent, chunks: readonly { readonly lexemeCount: number }[], at: Date): void {
    this.title = content.title;
    this.canonicalUrl = content.canonicalUrl ?? null;
    this.language = content.language ?? null;
    this.markdown = content.markdown;
    this.contentHash = content.contentHash;
    this.indexVersion = content.indexVersion;
    this.chunkCount = chunks.length;
    this.lexemeCount = chunks.reduce((sum, { lexemeCount }) => sum + lexemeCount, 0);
    this.updatedAt = at;
  }

  /** Notes that the page is there, as it was. */
  confirm(at: Date): void {
    this.fetchedAt = at;
    this.missed = 0;
  }

  /** Notes that the page was read, whether or not it had changed. */
  markFetched(version: DocumentVersion, at: Date): void {
    this.etag = version.etag ?? null;
    this.lastModified = version.lastModified ?? null;
    this.bytes = version.bytes;
    this.confirm(at);
  }
}
