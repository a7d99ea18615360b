import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { PassageLocation } from '#common/text';

interface CitationFields {
  readonly workspaceId: string;
  readonly messageId: string;
  readonly index: number;
  /** `null` where it leans on what was found out about many records. */
  readonly chunkId: string | null;
  readonly documentId: string;
  readonly datasourceId: string;
  readonly title: string;
  readonly url?: string;
  readonly location?: PassageLocation;
  readonly rowId?: string;
  readonly quote: string;
}

/** What an answer leans on, as it was when it was given; it outlives its source. */
@Entity({ tableName: 'message_citations' })
export class MessageCitation extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly messageId: string;

  /** The number in the text: `[1]`. */
  @Property({ type: 'integer' })
  readonly index: number;

  @Property({ type: 'uuid', nullable: true })
  readonly chunkId: string | null;

  @Property({ type: 'uuid' })
  readonly documentId: string;

  @Property({ type: 'uuid' })
  readonly datasourceId: string;

  @Property({ type: 'text' })
  readonly title: string;

  @Property({ type: 'text', nullable: true })
  readonly url: string | null;

  /** Where in the file the passage stands. */
  @Property({ type: 'json', nullable: true })
  readonly location: PassageLocation | null;

  /** The record of a hosted table. */
  @Property({ type: 'uuid', nullable: true })
  readonly rowId: string | null;

  /** Verbatim from the source. */
  @Property({ type: 'text' })
  readonly quote: string;

  constructor(fields: CitationFields) {
    super(fields.workspaceId);
    this.messageId = fields.messageId;
    this.index = fields.index;
    this.chunkId = fields.chunkId;
    this.documentId = fields.documentId;
    this.datasourceId = fields.datasourceId;
    this.title = fields.title;
    this.url = fields.url ?? null;
    this.location = fields.location ?? null;
    this.rowId = fields.rowId ?? null;
    this.quote = fields.quote;
  }
}
