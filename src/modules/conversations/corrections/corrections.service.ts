import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { NotFound } from '#common/errors';
import { EventOutbox } from '#common/events';
import { AuditLog } from '#modules/auth';
import { QaItemsService } from '#modules/datasources';
import { MessageNotFound, NotAnAnswer } from '../conversations.errors.js';
import { answerCorrected } from '../conversations.events.js';
import { ConversationsRepository } from '../conversations.repository.js';
import type { Message } from '../entities/message.entity.js';
import { MessagesRepository } from '../messages.repository.js';
import { CorrectionsRepository } from './corrections.repository.js';
import type { Correction, CorrectionDraft, LearnedCorrection } from './corrections.types.js';

/** What people say that answers should have been, and having bots learn it. */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly corrections: CorrectionsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly messages: MessagesRepository,
    private readonly qaItems: QaItemsService,
    private readonly abilities: Abilities,
    private readonly auditLog: AuditLog,
    private readonly outbox: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws MessageNotFound, NotFound when it was not corrected */
  async get(actor: Actor, messageId: string): Promise<Correction> {
    await this.#find(actor, 'read', messageId);
    return this.#get(actor, messageId);
  }

  /** Says what an answer should have been; takes the place of what was said before. @throws MessageNotFound, NotAnAnswer */
  async put(actor: Actor, messageId: string, { content, question }: CorrectionDraft): Promise<Correction> {
    const { workspaceId } = actor;
    return this.unitOfWork.run(async () => {
      const { message, botId } = await this.#find(actor, 'correct', messageId);
      if (message.role !== 'assistant') throw new NotAnAnswer();
      const draft = { content, question: question ?? null, actorId: actor.id };
      const correction = await this.corrections.save(message, draft);
      if (!correction) throw new MessageNotFound();
      const { conversationId } = message;
      await this.outbox.publish(answerCorrected, { messageId, conversationId, botId }, { workspaceId });
      await this.#record(actor, 'correction.put', messageId, { conversationId });
      return correction;
    });
  }

  /** Takes a correction back. What was learned from it stays. @throws MessageNotFound, NotFound */
  async remove(actor: Actor, messageId: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const { message } = await this.#find(actor, 'correct', messageId);
      if (!(await this.corrections.remove(actor.workspaceId, messageId)))
        throw new NotFound('The correction');
      const { conversationId } = message;
      await this.#record(actor, 'correction.remove', messageId, { conversationId });
    });
  }

  /**
   * Has the bot learn a correction: as a pair of a source of questions and answers, which it answers from as soon as the
   * job has succeeded. Repeated, the pair is changed.
   *
   * @param datasourceId a source of the type `qa`; the bot's own when not given.
   * @throws MessageNotFound, NotFound, DatasourceNotFound, NotQuestions, TooManyQuestions, Forbidden
   */
  async learn(actor: Actor, messageId: string, datasourceId?: string): Promise<LearnedCorrection> {
    return this.unitOfWork.run(async () => {
      const { botId } = await this.#find(actor, 'correct', messageId);
      const { question, content: answer } = await this.#get(actor, messageId);
      const lesson = {
        botId,
        question,
        answer,
        originId: messageId,
        ...(datasourceId ? { datasourceId } : {}),
      };
      const learned = await this.qaItems.learn(actor, lesson);
      const [item] = learned.items;
      if (item) {
        const place = { datasourceId: learned.datasourceId, itemId: item.id };
        await this.corrections.noteLearned(actor.workspaceId, messageId, place);
        await this.#record(actor, 'correction.learn', messageId, place);
      }
      return { correction: await this.#get(actor, messageId), job: learned.job };
    });
  }

  #record(
    actor: Actor,
    action: string,
    messageId: string,
    details: Readonly<Record<string, string>>,
  ): Promise<void> {
    return this.auditLog.record(actor, { action, subject: 'Message', subjectId: messageId, details });
  }

  async #get({ workspaceId }: Actor, messageId: string): Promise<Correction> {
    const correction = await this.corrections.find(workspaceId, messageId);
    if (!correction) throw new NotFound('The correction');
    return correction;
  }

  async #find(actor: Actor, action: string, id: string): Promise<{ message: Message; botId: string }> {
    const visible = this.abilities.visibleTo(actor, action, 'Conversation');
    const message = await this.messages.find(id);
    const conversation = message && (await this.conversations.find(visible, message.conversationId));
    if (!conversation) throw new MessageNotFound();
    return { message, botId: conversation.botId };
  }
}
