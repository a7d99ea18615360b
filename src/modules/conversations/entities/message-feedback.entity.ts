import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';
import type { FeedbackDraft, Rating } from '../conversations.types.js';

/** What somebody thinks of an answer. An answer has one; a later one takes its place. */
@Entity({ tableName: 'message_feedback' })
export class MessageFeedback extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly messageId: string;

  @Property({ type: 'text' })
  rating: Rating;

  @Property({ type: 'text', nullable: true })
  comment: string | null;

  @Property({ type: 'uuid' })
  actorId: string;

  @Property({ type: 'datetime', length: 3 })
  updatedAt: Date = this.createdAt;

  constructor(fields: { workspaceId: string; messageId: string; actorId: string }, draft: FeedbackDraft) {
    super(fields.workspaceId);
    this.messageId = fields.messageId;
    this.actorId = fields.actorId;
    this.rating = draft.rating;
    this.comment = draft.comment ?? null;
  }
}
