import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { Channel, ConversationDraft } from '../conversations.types.js';

/** One talk with a bot. */
@Entity({ tableName: 'conversations' })
export class Conversation extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly botId: string;

  @Property({ type: 'text' })
  readonly channel: Channel;

  /** Who talks, as the caller names its own users. */
  @Property({ type: 'text', nullable: true })
  readonly externalUserId: string | null;

  @Property({ type: 'json' })
  readonly metadata: Readonly<Record<string, unknown>>;

  /** The user or API key that opened it. */
  @Property({ type: 'uuid' })
  readonly createdById: string;

  @Property({ type: 'integer' })
  readonly messageCount: number = 0;

  @Property({ type: 'datetime', length: 3, nullable: true })
  readonly lastMessageAt: Date | null = null;

  /** The turn that is being answered; see `TurnsRepository`. */
  @Property({ type: 'uuid', nullable: true })
  readonly turnId: string | null = null;

  @Property({ type: 'datetime', length: 3, nullable: true })
  readonly turnExpiresAt: Date | null = null;

  /** Whether somebody wants that answer to be stopped. */
  @Property({ type: 'boolean' })
  readonly turnStopRequested: boolean = false;

  /** Whether it stays, whatever its age, and whoever is erased. */
  @Property({ type: 'boolean' })
  readonly legalHold: boolean = false;

  @Property({ type: 'datetime', length: 3 })
  readonly updatedAt: Date = this.createdAt;

  /** The transactions that wrote the row first and last, which the database notes by itself; null for rows of long ago. */
  @Property({ type: 'string', columnType: 'xid8', nullable: true, lazy: true })
  readonly createdXid?: string | null;

  @Property({ type: 'string', columnType: 'xid8', nullable: true, lazy: true })
  readonly changedXid?: string | null;

  constructor(owner: { workspaceId: string; botId: string; createdById: string }, draft: ConversationDraft) {
    super(owner.workspaceId);
    this.botId = owner.botId;
    this.createdById = owner.createdById;
    this.channel = draft.channel ?? 'api';
    this.externalUserId = draft.externalUserId ?? null;
    this.metadata = draft.metadata ?? {};
  }
}
