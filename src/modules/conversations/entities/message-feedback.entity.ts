import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { FeedbackDraft, Rating } from '../conversations.types.js';

/** What somebody thinks of an answer. An answer has one; a later one takes its place. */
@Entity({ tableName: 'message_feedback' })
export class MessageFeedback extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly messageId: string;

  /** That of the message, by which lists find it. */
  @Property({ type: 'uuid' })
  readonly conversationId: string;

  @Property({ type: 'text' })
  rating: Rating;

  @Property({ type: 'text', nullable: true })
  comment: string | null;

  @Property({ type: 'uuid' })
  actorId: string;

  @Property({ type: 'datetime', length: 3 })
  updatedAt: Date = this.createdAt;

  /** The transactions that wrote the row first and last, which the database notes by itself; null for rows of long ago. */
  @Property({ type: 'string', columnType: 'xid8', nullable: true, lazy: true })
  readonly createdXid?: string | null;

  @Property({ type: 'string', columnType: 'xid8', nullable: true, lazy: true })
  readonly changedXid?: string | null;

  constructor(
    message: { readonly workspaceId: string; readonly id: string; readonly conversationId: string },
    actorId: string,
    draft: FeedbackDraft,
  ) {
    super(message.workspaceId);
    this.messageId = message.id;
    this.conversationId = message.conversationId;
    this.actorId = actorId;
    this.rating = draft.rating;
    this.comment = draft.comment ?? null;
  }
}
