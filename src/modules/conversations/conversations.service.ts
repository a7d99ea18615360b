import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { Operations } from '#common/telemetry';
import { Clock } from '#common/time';
import { BotNotFound, BotsService } from '#modules/bots';
import {
  ConversationHandedOver,
  ConversationNotFound,
  MessageNotFound,
  NotAnAnswer,
  NotBeingAnswered,
} from './conversations.errors.js';
import { ConversationsRepository } from './conversations.repository.js';
import type {
  ConversationDraft,
  ConversationFilter,
  FeedbackDraft,
  Sort,
  TurnOptions,
} from './conversations.types.js';
import { Conversation } from './entities/conversation.entity.js';
import type { Message } from './entities/message.entity.js';
import { MessagesRepository } from './messages.repository.js';
import { ownerOf } from './owner-filter.js';
import { runAhead } from './run-ahead.js';
import type { MessageView, TurnEvent } from './messages.types.js';
import { observedTurn } from './turn.operation.js';
import { TurnsService } from './turns.service.js';
import { WhatIsKept } from './privacy/what-is-kept.js';
import { AnswerMessage } from './use-cases/answer-message.js';

/** A question and the answer to it, as they were saved. */
export interface AnsweredTurn {
  readonly question: MessageView;
  readonly answer: MessageView;
}

/** A question and the answer to it; null where people answer, and none has yet. */
export interface AskedTurn {
  readonly question: MessageView;
  readonly answer: MessageView | null;
}

/** Talking to bots, and reading what was said. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly messages: MessagesRepository,
    private readonly bots: BotsService,
    private readonly answerMessage: AnswerMessage,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly operations: Operations,
    private readonly turns: TurnsService,
    private readonly whatIsKept: WhatIsKept,
  ) {}

  /** @throws BotNotFound */
  async create(actor: Actor, botId: string, draft: ConversationDraft): Promise<Conversation> {
    const bot = await this.bots.get(actor, botId);
    const { workspaceId } = actor;
    const kept = await this.whatIsKept.draft(draft, bot.privacy);
    const conversation = new Conversation({ workspaceId, botId: bot.id, createdById: actor.id }, kept);
    await this.repository.add(conversation, () => new BotNotFound());
    return conversation;
  }

  /** @throws ConversationNotFound */
  async get(actor: Actor, id: string): Promise<Conversation> {
    return this.#find(actor, 'read', id);
  }

  /** @param sort counts where words are looked for; the newest come first without. */
  list(
    actor: Actor,
    filter: ConversationFilter,
    page: PageRequest & { readonly sort?: Sort },
  ): Promise<Page<Conversation>> {
    const ownerId = ownerOf(this.abilities.visibleTo(actor, 'read', 'Conversation'));
    return this.repository.list({ workspaceId: actor.workspaceId, ownerId }, filter, {
      sort: 'time',
      ...page,
    });
  }

  /** What was said, in order. @throws ConversationNotFound */
  async listMessages(actor: Actor, id: string, page: PageRequest): Promise<Page<MessageView>> {
    return this.messages.list(await this.get(actor, id), page);
  }

  /** Removes a conversation with all that was said. @throws ConversationNotFound, ConversationHeld */
  async remove(actor: Actor, id: string): Promise<void> {
    const removed = await this.repository.remove(
      this.abilities.visibleTo(actor, 'delete', 'Conversation'),
      id,
    );
    if (!removed) throw new ConversationNotFound();
  }

  /**
   * Says something to the bot. The turn goes on as fast as the model speaks, however slowly its events are read.
   *
   * @throws ConversationNotFound, ConversationBusy
   */
  ask(
    actor: Actor,
    id: string,
    content: string,
    gone: AbortSignal,
    options: TurnOptions = {},
  ): AsyncGenerator<TurnEvent> {
    return runAhead(
      observedTurn(this.operations, id, (tell) =>
        this.answerMessage.execute(actor, id, content, { tell, gone }, options),
      ),
      joinDeltas,
    );
  }

  /** Says something to the bot and waits for the whole answer. @throws also whatever kept the model from answering. */
  askAndWait(
    actor: Actor,
    id: string,
    content: string,
    gone: AbortSignal,
    options: TurnOptions = {},
  ): Promise<AskedTurn> {
    return endOf(this.ask(actor, id, content, gone, options));
  }

  /**
   * Answers a question again whose answer failed or was aborted. The failed answer stays.
   * @throws MessageNotFound, NotToBeRetried, ConversationHandedOver, ConversationBusy
   */
  retry(actor: Actor, messageId: string, gone: AbortSignal): AsyncGenerator<TurnEvent> {
    return runAhead(
      observedTurn(this.operations, messageId, (tell) =>
        this.answerMessage.again(actor, messageId, { tell, gone }),
      ),
      joinDeltas,
    );
  }

  /** The same, waiting for the whole answer. @throws also whatever kept the model from answering. */
  async retryAndWait(actor: Actor, messageId: string, gone: AbortSignal): Promise<AnsweredTurn> {
    const { question, answer } = await endOf(this.retry(actor, messageId, gone));
    if (!answer) throw new ConversationHandedOver();
    return { question, answer };
  }

  /** Stops an answer that is being given; what was said is kept. @throws MessageNotFound, NotBeingAnswered */
  async stop(actor: Actor, messageId: string): Promise<void> {
    const visible = this.abilities.visibleTo(actor, 'chat', 'Conversation');
    if (await this.turns.stop(actor.workspaceId, visible, messageId)) return;
    await this.#findMessage(actor, 'chat', messageId);
    throw new NotBeingAnswered();
  }

  /** Rates an answer; a later rating takes the place of an earlier one. @throws MessageNotFound, NotAnAnswer */
  async rate(actor: Actor, messageId: string, feedback: FeedbackDraft): Promise<MessageView> {
    return this.unitOfWork.run(async () => {
      const message = await this.#findMessage(actor, 'rate', messageId);
      if (message.role !== 'assistant') throw new NotAnAnswer();
      const kept = await this.whatIsKept.feedback(message.workspaceId, message.conversationId, feedback);
      await this.messages.saveFeedback(message, actor.id, kept, this.clock.now());
      return this.messages.getView(message);
    });
  }

  async #find(actor: Actor, action: string, id: string): Promise<Conversation> {
    const conversation = await this.repository.find(
      this.abilities.visibleTo(actor, action, 'Conversation'),
      id,
    );
    if (!conversation) throw new ConversationNotFound();
    return conversation;
  }

  async #findMessage(actor: Actor, action: string, id: string): Promise<Message> {
    const message = await this.messages.find(id);
    const visible = this.abilities.visibleTo(actor, action, 'Conversation');
    if (!message || !(await this.repository.find(visible, message.conversationId)))
      throw new MessageNotFound();
    return message;
  }
}

/** @throws whatever kept the model from answering. */
async function endOf(events: AsyncIterable<TurnEvent>): Promise<AskedTurn> {
  for await (const event of events) {
    if (event.type === 'completed') return event;
    if (event.type === 'handed_over') return { question: event.question, answer: null };
    if (event.type === 'failed') throw event.cause;
  }
  throw new Error('A turn ended without an answer.');
}

/** What a slow reader has missed comes to it in one piece. */
function joinDeltas(waiting: TurnEvent, next: TurnEvent): TurnEvent | undefined {
  return waiting.type === 'delta' && next.type === 'delta'
    ? { type: 'delta', text: waiting.text + next.text }
    : undefined;
}
