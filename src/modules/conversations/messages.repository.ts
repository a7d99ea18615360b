import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, type PageRequest, toPage, translateViolations } from '#common/database';
import { MessageNotFound } from './conversations.errors.js';
import type { FeedbackDraft } from './conversations.types.js';
import { earliestMessageOf } from './earliest-message-of.js';
import type { Conversation } from './entities/conversation.entity.js';
import { Message } from './entities/message.entity.js';
import { MessageCitation } from './entities/message-citation.entity.js';
import { MessageFeedback } from './entities/message-feedback.entity.js';
import type { MessageView } from './messages.types.js';

@Injectable()
export class MessagesRepository {
  constructor(private readonly em: EntityManager) {}

  find(id: string): Promise<Message | null> {
    return this.em.findOne(Message, { id });
  }

  /** In the order they were said. */
  async list(
    conversation: Conversation,
    { limit, cursor }: PageRequest,
    { withTraces = false } = {},
  ): Promise<Page<MessageView & { id: string }>> {
    const after = cursor ? await this.#positionOf(conversation.id, decodeCursor(cursor)) : 0;
    const messages = await this.#after(conversation, after, limit + 1, withTraces);
    const views = await this.#view(messages);
    return toPage(
      views.map((view) => ({ ...view, id: view.message.id })),
      limit,
    );
  }

  async getView(message: Message): Promise<MessageView> {
    const [view] = await this.#view([message]);
    return view ?? { message, citations: [], feedback: null };
  }

  /** Puts the feedback in the place of what was there. @throws MessageNotFound when the message was deleted meanwhile. */
  async saveFeedback(message: Message, actorId: string, draft: FeedbackDraft, at: Date): Promise<void> {
    const feedback = new MessageFeedback(message, actorId, draft);
    feedback.updatedAt = at;
    await translateViolations({ message_feedback_message_fk: () => new MessageNotFound() }, () =>
      this.em.upsert(MessageFeedback, feedback, {
        onConflictFields: ['workspaceId', 'messageId'],
        onConflictMergeFields: ['rating', 'comment', 'reason', 'actorId', 'updatedAt'],
      }),
    );
  }

  /**
   * The messages behind a position, within as many positions as are wanted: positions have no gaps but those of what was
   * removed. Without that bound the planner, which takes all conversations to be about as long, rather reads and sorts
   * all the rest of a long one.
   */
  async #after(
    { id: conversationId, messageCount }: Conversation,
    after: number,
    count: number,
    withTraces: boolean,
  ): Promise<Message[]> {
    const find = (position: { $gt: number; $lte?: number }, limit: number): Promise<Message[]> =>
      this.em.find(
        Message,
        { conversationId, id: { $gte: earliestMessageOf(conversationId) }, position },
        {
          ...{ orderBy: { position: 'asc' }, limit },
          ...(withTraces ? { populate: ['trace'], refresh: true } : {}),
        },
      );
    const last = after + count;
    const near = await find({ $gt: after, $lte: last }, count);
    if (near.length === count || last >= messageCount) return near;
    return [...near, ...(await find({ $gt: last }, count - near.length))];
  }

  async #positionOf(conversationId: string, id: string): Promise<number> {
    const message = await this.em.findOne(Message, { conversationId, id }, { fields: ['position'] });
    return message?.position ?? 0;
  }

  async #view(messages: readonly Message[]): Promise<MessageView[]> {
    if (messages.length === 0) return [];
    const ids = messages.map((message) => message.id);
    const citations = await this.em.find(
      MessageCitation,
      { messageId: { $in: ids } },
      { orderBy: { index: 'asc' } },
    );
    const feedback = await this.em.find(MessageFeedback, { messageId: { $in: ids } }, { refresh: true });
    const citationsOf = Map.groupBy(citations, (citation) => citation.messageId);
    const feedbackOf = new Map(feedback.map((one) => [one.messageId, one]));
    return messages.map((message) => ({
      message,
      citations: citationsOf.get(message.id) ?? [],
      feedback: feedbackOf.get(message.id) ?? null,
    }));
  }
}
