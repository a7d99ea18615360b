import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, type PageRequest, Sql, toPage } from '#common/database';
import type { FeedbackDraft } from './conversations.types.js';
import { Conversation } from './entities/conversation.entity.js';
import { Message } from './entities/message.entity.js';
import { MessageCitation } from './entities/message-citation.entity.js';
import { MessageFeedback } from './entities/message-feedback.entity.js';
import type { MessageView } from './messages.types.js';

@Injectable()
export class MessagesRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  /** Takes the next place in the conversation. Call it in the transaction that adds the message. */
  async nextPosition({ workspaceId, id }: Conversation): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ position: number }>(
      workspaceId,
      `update conversations set message_count = message_count + 1, last_message_at = now(), updated_at = now()
       where workspace_id = ? and id = ? returning message_count as position`,
      [workspaceId, id],
    );
    if (!row) throw new Error('The conversation is gone.');
    return row.position;
  }

  async add(message: Message, citations: readonly MessageCitation[] = []): Promise<void> {
    await this.em.insert(message);
    if (citations.length > 0) await this.em.insertMany([...citations]);
  }

  find(id: string): Promise<Message | null> {
    return this.em.findOne(Message, { id });
  }

  findConversationOf(message: Message): Promise<Conversation | null> {
    return this.em.findOne(Conversation, { id: message.conversationId });
  }

  /** In the order they were said. */
  async list(
    conversation: Conversation,
    { limit, cursor }: PageRequest,
  ): Promise<Page<MessageView & { id: string }>> {
    const after = cursor ? await this.#positionOf(conversation.id, decodeCursor(cursor)) : 0;
    const messages = await this.em.find(
      Message,
      { conversationId: conversation.id, position: { $gt: after } },
      { orderBy: { position: 'asc' }, limit: limit + 1 },
    );
    const views = await this.#view(messages);
    return toPage(
      views.map((view) => ({ ...view, id: view.message.id })),
      limit,
    );
  }

  /** The newest messages that a model may be told of, in the order they were said. */
  async history(conversationId: string, limit: number): Promise<Message[]> {
    const newest = await this.em.find(
      Message,
      { conversationId, status: { $in: ['complete', 'aborted'] } },
      { orderBy: { position: 'desc' }, limit },
    );
    return newest.reverse();
  }

  async last(conversationId: string): Promise<Message | null> {
    return this.em.findOne(Message, { conversationId }, { orderBy: { position: 'desc' } });
  }

  async getView(message: Message): Promise<MessageView> {
    const [view] = await this.#view([message]);
    return view ?? { message, citations: [], feedback: null };
  }

  /** Puts the feedback in the place of what was there. */
  async saveFeedback(message: Message, actorId: string, draft: FeedbackDraft, at: Date): Promise<void> {
    const { workspaceId, id: messageId } = message;
    const feedback = new MessageFeedback({ workspaceId, messageId, actorId }, draft);
    feedback.updatedAt = at;
    await this.em.upsert(MessageFeedback, feedback, {
      onConflictFields: ['workspaceId', 'messageId'],
      onConflictMergeFields: ['rating', 'comment', 'actorId', 'updatedAt'],
    });
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
