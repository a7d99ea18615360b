import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type {
  DatasourceStatus,
  DatasourceType,
  Reason,
  RenderMode,
  SourceFile,
  SourceOrigin,
} from '../datasources.types.js';
import { SITE_DEFAULTS, type SiteSettings } from '../site/site.types.js';
import type { TableReading, TableView } from '../table/table.types.js';

/** The error of the last sync, with its time. */
export interface LastError extends Reason {
  readonly at: string;
}

/** How many documents and passages there are. */
interface ContentCount {
  readonly documentCount: number;
  readonly chunkCount: number;
}

/** What a new source is made of; its origin was checked. */
interface DatasourceFields extends SourceOrigin {
  readonly file?: SourceFile;
  readonly type: DatasourceType;
  readonly name: string;
}

/** In an order of its own, so that equal settings are equal texts. */
function siteOf(
  origin: SourceOrigin,
  others: Omit<SiteSettings, 'startUrls'> & Partial<SiteSettings>,
): SiteSettings {
  return {
    startUrls: origin.startUrls ?? others.startUrls ?? [],
    sitemaps: origin.sitemaps ?? others.sitemaps,
    include: origin.include ?? others.include,
    exclude: origin.exclude ?? others.exclude,
    maxDepth: origin.maxDepth ?? others.maxDepth,
    maxPages: origin.maxPages ?? others.maxPages,
    perHostConcurrency: origin.perHostConcurrency ?? others.perHostConcurrency,
    delayMs: origin.delayMs ?? others.delayMs,
  };
}

/** In an order of its own, as above. An empty list stands for all fields, an empty template for none. */
function viewOf({ tableFields, rowTemplate }: SourceOrigin, others: TableView): TableView {
  return {
    fields: tableFields === undefined ? others.fields : tableFields.length > 0 ? tableFields : null,
    template: rowTemplate === undefined ? others.template : rowTemplate.trim() || null,
  };
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

  @Property({ type: 'json', nullable: true })
  site: SiteSettings | null = null;

  @Property({ type: 'text' })
  render: RenderMode;

  @Property({ type: 'uuid', nullable: true })
  readonly tableId: string | null;

  @Property({ type: 'json', nullable: true })
  tableView: TableView | null = null;

  /** While all of the table is being read. */
  @Property({ type: 'json', nullable: true })
  tableReading: TableReading | null = null;

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
    this.render = fields.render ?? 'never';
    this.tableId = fields.tableId ?? null;
    this.tableView = fields.type === 'table' ? viewOf(fields, { fields: null, template: null }) : null;
    this.site = fields.type === 'site' ? siteOf(fields, SITE_DEFAULTS) : null;
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
  moveTo(origin: SourceOrigin): boolean {
    const { url, content, render } = origin;
    const site = this.site && siteOf(origin, this.site);
    const isOtherSite = JSON.stringify(site) !== JSON.stringify(this.site);
    const view = this.tableView && viewOf(origin, this.tableView);
    const isOtherView = JSON.stringify(view) !== JSON.stringify(this.tableView);
    const isNew =
      content !== undefined ||
      (url !== undefined && url !== this.url) ||
      (render !== undefined && render !== this.render) ||
      isOtherSite ||
      isOtherView;
    this.site = site;
    this.tableView = view;
    this.url = url ?? this.url;
    this.render = render ?? this.render;
    this.content = content ?? this.content;
    return isNew;
  }

  /** So much of a sync that takes long is there already. */
  countContent({ documentCount, chunkCount }: ContentCount, at: Date): void {
    this.documentCount = documentCount;
    this.chunkCount = chunkCount;
    this.updatedAt = at;
  }

  startSync(at: Date): void {
    this.status = 'syncing';
    this.updatedAt = at;
  }

  /** The content is what the page says now. */
  finishSync(counts: ContentCount, at: Date): void {
    this.countContent(counts, at);
    this.status = 'ready';
    this.lastSyncedAt = at;
    this.lastError = null;
  }

  /** The content stays what it was. */
  failSync({ code, message }: Reason, at: Date): void {
    this.status = this.hasContent ? 'stale' : 'failed';
    this.lastError = { code, message, at: at.toISOString() };
    this.updatedAt = at;
  }
}
