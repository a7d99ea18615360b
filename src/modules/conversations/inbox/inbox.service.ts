import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { decodeCursor, type Page, type PageRequest, toPage, UnitOfWork } from '#common/database';
import { NotFound } from '#common/errors';
import { EventOutbox } from '#common/events';
import { ConversationNotFound } from '../conversations.errors.js';
import { conversationChanged } from '../conversations.events.js';
import { ConversationsRepository } from '../conversations.repository.js';
import type { Conversation } from '../entities/conversation.entity.js';
import { InboxRepository } from './inbox.repository.js';
import { tidyTags } from './tidy-tags.js';
import type { ConversationChanges, ConversationMarks, ConversationNote } from './inbox.types.js';

/** Working through conversations as a team. */
@Injectable()
export class InboxService {
  constructor(
    private readonly inbox: InboxRepository,
    private readonly conversations: ConversationsRepository,
    private readonly abilities: Abilities,
    private readonly outbox: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws ConversationNotFound, UnknownAssignee */
  async update(actor: Actor, id: string, { tags, ...changes }: ConversationChanges): Promise<Conversation> {
    const { workspaceId } = actor;
    return this.unitOfWork.run(async () => {
      const { botId } = await this.#find(actor, 'update', id);
      await this.inbox.change(workspaceId, [id], changes);
      if (tags) await this.inbox.replaceTags(workspaceId, id, tidyTags(tags));
      await this.outbox.publish(conversationChanged, { conversationId: id, botId, actorId: actor.id }, actor);
      return this.#find(actor, 'update', id);
    });
  }

  /** Notes that the member behind the actor has seen all of it, or nothing. @throws ConversationNotFound */
  async markRead(actor: Actor, id: string, isRead: boolean): Promise<void> {
    await this.#find(actor, 'read', id);
    await this.inbox.markRead(actor.workspaceId, id, actor.userId, isRead);
  }

  /** What is shown of conversations besides their rows, for the member behind the actor. */
  marksOf(
    actor: Actor,
    conversations: readonly Conversation[],
  ): Promise<ReadonlyMap<string, ConversationMarks>> {
    return this.inbox.marksOf(
      actor.workspaceId,
      actor.userId,
      conversations.map(({ id }) => id),
    );
  }

  /** Tags and how many conversations carry each. */
  listTags({ workspaceId }: Actor): Promise<{ tag: string; count: number }[]> {
    return this.inbox.listTags(workspaceId);
  }

  /** @throws ConversationNotFound */
  async addNote(actor: Actor, id: string, content: string): Promise<ConversationNote> {
    await this.#find(actor, 'update', id);
    const note = await this.inbox.addNote(actor.workspaceId, id, actor.userId, content);
    if (!note) throw new ConversationNotFound();
    return note;
  }

  /** Oldest first. @throws ConversationNotFound */
  async listNotes(actor: Actor, id: string, { limit, cursor }: PageRequest): Promise<Page<ConversationNote>> {
    await this.#find(actor, 'update', id);
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    return toPage(await this.inbox.listNotes(actor.workspaceId, id, limit + 1, after), limit);
  }

  /** @throws ConversationNotFound, NotFound */
  async removeNote(actor: Actor, id: string, noteId: string): Promise<void> {
    await this.#find(actor, 'update', id);
    if (!(await this.inbox.removeNote(actor.workspaceId, id, noteId))) throw new NotFound('The note');
  }

  async #find(actor: Actor, action: string, id: string): Promise<Conversation> {
    const conversation = await this.conversations.find(
      this.abilities.visibleTo(actor, action, 'Conversation'),
      id,
    );
    if (!conversation) throw new ConversationNotFound();
    return conversation;
  }
}
