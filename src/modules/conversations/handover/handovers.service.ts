import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, UnitOfWork } from '#common/database';
import { EventOutbox } from '#common/events';
import { AuditLog } from '#modules/auth';
import { ConversationNotFound, NotHandedOver, TextNotKept } from '../conversations.errors.js';
import { conversationHandedBack, conversationHandedOver, messageReplied } from '../conversations.events.js';
import { ConversationsRepository } from '../conversations.repository.js';
import type { Conversation } from '../entities/conversation.entity.js';
import { Message } from '../entities/message.entity.js';
import type { MessageView } from '../messages.types.js';
import { WhatIsKept } from '../privacy/what-is-kept.js';
import { TurnsService } from '../turns.service.js';
import { HandoversRepository, SAID } from './handovers.repository.js';

/** People who answer in place of a bot. */
@Injectable()
export class HandoversService {
  constructor(
    private readonly handovers: HandoversRepository,
    private readonly conversations: ConversationsRepository,
    private readonly turns: TurnsService,
    private readonly whatIsKept: WhatIsKept,
    private readonly abilities: Abilities,
    private readonly auditLog: AuditLog,
    private readonly outbox: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Silences the bot of a conversation; an answer that it is giving is stopped and kept. Does nothing where that was done
   * before.
   * @throws ConversationNotFound, TextNotKept
   */
  async takeOver(actor: Actor, id: string): Promise<void> {
    const { workspaceId } = actor;
    const { botId } = await this.#find(actor, id);
    await this.#assertTextKept(workspaceId, id);
    await this.unitOfWork.run(async () => {
      const taken = await this.handovers.takeOver(workspaceId, id, actor.id);
      if (!taken) return;
      await this.outbox.publish(
        conversationHandedOver,
        { conversationId: id, botId, actorId: actor.id },
        actor,
      );
      await this.#record(actor, 'conversation.take_over', id);
      const { turnId } = taken;
      if (turnId !== null) await this.unitOfWork.afterCommit(() => this.turns.interrupt(turnId));
    });
  }

  /** Lets the bot answer again. Does nothing where it does already. @throws ConversationNotFound */
  async handBack(actor: Actor, id: string): Promise<void> {
    const { botId } = await this.#find(actor, id);
    await this.unitOfWork.run(async () => {
      if (!(await this.handovers.handBack(actor.workspaceId, id))) return;
      await this.outbox.publish(
        conversationHandedBack,
        { conversationId: id, botId, actorId: actor.id },
        actor,
      );
      await this.#record(actor, 'conversation.hand_back', id);
    });
  }

  /**
   * Says something in place of the bot, once an answer that is being given has ended. Whoever says it has seen what was
   * said before.
   * @throws ConversationNotFound, NotHandedOver, TextNotKept, ConversationBusy
   */
  async reply(actor: Actor, id: string, content: string, gone: AbortSignal): Promise<MessageView> {
    const { workspaceId, userId: authorId } = actor;
    const { botId } = await this.#find(actor, id);
    await this.#assertTextKept(workspaceId, id);
    const said = { workspaceId, conversationId: id, turnId: newId(), authorId };
    const kept = await this.whatIsKept.question(workspaceId, id, content);
    const message = new Message({ ...said, role: 'assistant', status: 'complete', content: kept });
    const announcement = this.outbox.publication(
      messageReplied,
      { messageId: message.id, conversationId: id, botId, authorId },
      { workspaceId, from: SAID },
    );
    const place = { workspaceId, conversationId: id, ownerId: null };
    const position = await this.turns.whenFree(place, gone, async () => {
      const placed = await this.handovers.reply(message, authorId, announcement);
      if (placed === null && (await this.#find(actor, id)).handedOverAt === null) throw new NotHandedOver();
      return placed;
    });
    this.outbox.published();
    return { message: message.placeAt(position), citations: [], feedback: null };
  }

  async #assertTextKept(workspaceId: string, id: string): Promise<void> {
    if (!(await this.whatIsKept.isTextKept(workspaceId, id))) throw new TextNotKept();
  }

  #record(actor: Actor, action: string, subjectId: string): Promise<void> {
    return this.auditLog.record(actor, { action, subject: 'Conversation', subjectId });
  }

  async #find(actor: Actor, id: string): Promise<Conversation> {
    const visible = this.abilities.visibleTo(actor, 'reply', 'Conversation');
    const conversation = await this.conversations.find(visible, id);
    if (!conversation) throw new ConversationNotFound();
    return conversation;
  }
}
