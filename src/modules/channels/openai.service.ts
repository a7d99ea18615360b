import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { InvalidFields, NotFound } from '#common/errors';
import { type Bot, BotNotFound, BotsService } from '#modules/bots';
import { ConversationsService, type TurnEvent, type TurnOptions } from '#modules/conversations';
import { ChatModels } from '#modules/providers';
import { ModelNotFound, UnsupportedParameter } from './channels.errors.js';
import type { BotAnswer, BotQuestion } from './channels.types.js';
import { botNamedBy, idIn } from './ids.js';

/** OpenAI's lists have no pages. */
const MAX_LISTED_BOTS = 1_000;

/** Where a question is asked. */
interface Place {
  readonly botId: string;
  readonly conversationId: string;
}

/** Bots as the models of an OpenAI-compatible endpoint. */
@Injectable()
export class OpenAiService {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly bots: BotsService,
    private readonly models: ChatModels,
    private readonly abilities: Abilities,
  ) {}

  /** The newest bots, as many as one list may have. */
  async listBots(actor: Actor): Promise<readonly Bot[]> {
    return (await this.bots.list(actor, { limit: MAX_LISTED_BOTS })).data;
  }

  /** @throws ModelNotFound */
  async getBot(actor: Actor, model: string): Promise<Bot> {
    const named = botNamedBy(model);
    const bot = 'id' in named ? this.bots.get(actor, named.id) : this.bots.getBySlug(actor, named.slug);
    return bot.catch(toModelNotFound);
  }

  /** Asks a bot, in a conversation that goes on or in a new one. @throws ModelNotFound, NotFound, InvalidFields, UnsupportedParameter */
  async *ask(actor: Actor, question: BotQuestion, gone: AbortSignal): AsyncGenerator<TurnEvent> {
    const { conversationId } = await this.#placeOf(actor, question);
    yield* this.conversations.ask(actor, conversationId, question.content, gone, question.options);
  }

  /** The same, and waits for the whole answer. @throws also whatever kept the model from answering. */
  async askAndWait(actor: Actor, question: BotQuestion, gone: AbortSignal): Promise<BotAnswer> {
    const { botId, conversationId } = await this.#placeOf(actor, question);
    const { question: asked, answer } = await this.conversations.askAndWait(
      actor,
      conversationId,
      question.content,
      gone,
      question.options,
    );
    return { botId, question: asked, answer };
  }

  async #placeOf(actor: Actor, { model, conversationId, options, ...draft }: BotQuestion): Promise<Place> {
    const bot = await this.getBot(actor, model);
    await this.#assertAble(actor, bot, options);
    const { id: botId } = bot;
    return conversationId === undefined
      ? this.#open(actor, botId, draft)
      : this.#continue(actor, botId, conversationId);
  }

  /** Before anything is kept. @throws UnsupportedParameter */
  async #assertAble(
    { workspaceId }: Actor,
    { model }: Bot,
    { answerSchema, reasoningEffort = 'none' }: TurnOptions,
  ): Promise<void> {
    if (!answerSchema && reasoningEffort === 'none') return;
    const abilities = (await this.models.accessOf(workspaceId)).factsOf(model)?.abilities;
    if (answerSchema && abilities?.structuredOutput === false)
      throw new UnsupportedParameter('response_format', model);
    if (reasoningEffort !== 'none' && abilities?.reasoning === false)
      throw new UnsupportedParameter('reasoning_effort', model);
  }

  async #open(
    actor: Actor,
    botId: string,
    { externalUserId, metadata }: Pick<BotQuestion, 'externalUserId' | 'metadata'>,
  ): Promise<Place> {
    this.abilities.assertCan(actor, 'chat', 'Bot');
    const { id: conversationId } = await this.conversations
      .create(actor, botId, { channel: 'openai', externalUserId, metadata })
      .catch(toModelNotFound);
    return { botId, conversationId };
  }

  async #continue(actor: Actor, botId: string, named: string): Promise<Place> {
    const conversationId = idIn(named);
    if (conversationId === null) throw new NotFound('The conversation');
    const conversation = await this.conversations.get(actor, conversationId);
    if (conversation.botId !== botId) throw new InvalidFields([ANOTHER_BOT]);
    return { botId, conversationId };
  }
}

const ANOTHER_BOT = { path: 'metadata.conversation_id', message: 'is a conversation with another bot' };

function toModelNotFound(error: unknown): never {
  throw error instanceof BotNotFound ? new ModelNotFound() : error;
}
