import { Injectable, Logger } from '@nestjs/common';
import { Abilities, type Actor, type RowFilter } from '#common/access';
import { isDatabaseAway, type Statement } from '#common/database';
import { DomainError, Unavailable } from '#common/errors';
import { EventOutbox } from '#common/events';
import { BotNotFound, type BotSettings, BotsService } from '#modules/bots';
import {
  AttachedTables,
  RetrievalService,
  type SearchableCorpus,
  type SearchResult,
} from '#modules/datasources';
import { ChatModels, type ModelCall, ProviderFailure, type WorkspaceModels } from '#modules/providers';
import { messageWaiting } from '../conversations.events.js';
import type { EarlierMessage, TurnOptions } from '../conversations.types.js';
import { continuesIn } from '../follow-up.js';
import type { TurnEvent, TurnFailure, TurnListener } from '../messages.types.js';
import { BEGUN_BOT, WAITING } from '../turns.repository.js';
import { type Turn, TurnsService } from '../turns.service.js';
import { AnswerDraft, citableOf } from './answer-draft.js';
import { AskModel } from './ask-model.js';
import { type Asked, type Known, msSince } from './asked.js';
import { KeepAnswer } from './keep-answer.js';

/** One turn: keeps the question, finds passages, lets the model answer and keeps what it said, whatever happens. */
@Injectable()
export class AnswerMessage {
  readonly #logger = new Logger(AnswerMessage.name);

  constructor(
    private readonly abilities: Abilities,
    private readonly bots: BotsService,
    private readonly retrieval: RetrievalService,
    private readonly tables: AttachedTables,
    private readonly models: ChatModels,
    private readonly turns: TurnsService,
    private readonly outbox: EventOutbox,
    private readonly askModel: AskModel,
    private readonly keepAnswer: KeepAnswer,
  ) {}

  /**
   * Answers `content` in a conversation that the actor may take part in.
   *
   * Fails before `started` with an ordinary error; after it never throws: a failure is the event `failed`, and the
   * question and what was produced are kept. When `gone` aborts, or somebody stops the answer, the model is stopped and
   * the answer kept as `aborted`. Where people answer the question is kept, and `handed_over` the only event.
   *
   * @throws ConversationNotFound, ConversationBusy
   */
  async execute(
    actor: Actor,
    conversationId: string,
    content: string,
    listener: TurnListener,
    { earlier = [], ...wishes }: TurnOptions = {},
  ): Promise<void> {
    const startedAt = performance.now();
    const visible = this.#visibleTo(actor);
    const { workspaceId } = actor;
    const question = { workspaceId, conversationId, content, wishes, visible };
    const announce = (messageId: string): Statement =>
      this.#announceWaiting(workspaceId, conversationId, messageId);
    const turn = await this.turns.begin(question, listener.gone, announce, {
      bot: this.bots.settingsReading(actor, BEGUN_BOT),
      corpus: this.retrieval.corpusReading(workspaceId, BEGUN_BOT),
      models: this.models.accessReading(workspaceId),
      tables: this.tables.reading(workspaceId, BEGUN_BOT),
    });
    if (turn.isHandedOver) {
      this.outbox.published();
      const waiting = { message: turn.question, citations: [], feedback: null };
      listener.tell({ type: 'handed_over', botId: turn.botId, question: waiting });
      return;
    }
    const know = (): Promise<Known> => known(turn.known);
    const history = turn.history.length > 0 ? turn.history : earlier;
    await this.#take(
      { actor, turn: { ...turn, history }, answerId: turn.id, startedAt, wishes, know },
      listener,
    );
  }

  /**
   * Answers the last question of a conversation again, as it was asked, whose answer failed or was aborted; the failed
   * answer stays.
   *
   * Otherwise as `execute`.
   * @throws MessageNotFound, NotToBeRetried, ConversationHandedOver, ConversationBusy
   */
  async again(actor: Actor, messageId: string, listener: TurnListener): Promise<void> {
    const startedAt = performance.now();
    const visible = this.#visibleTo(actor);
    const retry = { workspaceId: actor.workspaceId, messageId, visible };
    const turn = await this.turns.resume(retry, listener.gone);
    const know = (): Promise<Known> => this.#lookUp(actor, turn.botId);
    const wishes = turn.question.wishes ?? {};
    await this.#take({ actor, turn, answerId: turn.id, startedAt, wishes, know }, listener);
  }

  #announceWaiting(workspaceId: string, conversationId: string, messageId: string): Statement {
    const columns = { botId: 'bot_id' };
    return this.outbox.publication(
      messageWaiting,
      { messageId, conversationId },
      { workspaceId, from: WAITING, columns },
    );
  }

  async #lookUp(actor: Actor, botId: string): Promise<Known> {
    const { workspaceId } = actor;
    const [bot, corpus, models, tables] = await Promise.all([
      this.bots.getSettings(actor, botId),
      this.retrieval.corpusOf({ workspaceId, botId }),
      this.models.accessOf(workspaceId),
      this.tables.of(workspaceId, botId),
    ]);
    return { bot, corpus, models, tables };
  }

  #visibleTo(actor: Actor): RowFilter {
    this.abilities.assertCan(actor, 'read', 'Bot');
    return this.abilities.visibleTo(actor, 'chat', 'Conversation');
  }

  async #take(asked: Asked, { tell, gone }: TurnListener): Promise<void> {
    const { turn } = asked;
    try {
      tell({
        ...{ type: 'started', botId: turn.botId },
        ...{ messageId: asked.answerId, userMessageId: turn.question.id },
      });
      tell(await this.#answer(asked, { tell, gone: AbortSignal.any([gone, turn.stopped]) }));
    } finally {
      turn.leave();
    }
  }

  /** @returns how it ended. */
  async #answer(asked: Asked, listener: TurnListener): Promise<TurnEvent> {
    const draft = new AnswerDraft();
    try {
      await this.#speak(asked, draft, listener);
    } catch (error) {
      return listener.gone.aborted ? this.#end(asked, draft, 'aborted') : this.#fail(asked, draft, error);
    }
    return this.#end(asked, draft, 'complete');
  }

  async #speak(asked: Asked, draft: AnswerDraft, { tell, gone }: TurnListener): Promise<void> {
    const { turn } = asked;
    const { bot, corpus, models, tables } = await asked.know();
    const found = await this.#search(bot, corpus, turn, draft, models);
    draft.retrievedMs = msSince(asked.startedAt);
    gone.throwIfAborted();
    draft.sources.push(...found.hits.map(citableOf));
    draft.sourcesAtFirst = found.hits.length;
    const question = { role: 'user', content: turn.asked } as const;
    const messages = [...turn.history.filter(isSaid), question].map(({ role, content }) => ({
      role: role === 'user' ? ('user' as const) : ('assistant' as const),
      content,
    }));
    draft.supported = found.supported;
    const { answerId: messageId } = asked;
    const asking = {
      bot,
      models,
      corpus,
      tables,
      messages,
      messageId,
      supported: found.supported,
      signal: gone,
    };
    await this.askModel.execute(
      { ...asking, ...asked.wishes, elapsedMs: () => msSince(asked.startedAt) },
      draft,
      tell,
    );
  }

  /** A follow-up such as "And how much is it?" is looked for once more together with the question before it. */
  async #search(
    { id: botId, workspaceId, retrieval }: BotSettings,
    corpus: SearchableCorpus,
    { asked, history }: Turn,
    { embeddings }: AnswerDraft,
    models: WorkspaceModels,
  ): Promise<SearchResult> {
    const onCall = (call: ModelCall): number => embeddings.push(call);
    const ask = (query: string): Promise<SearchResult> =>
      this.retrieval.search({ ...retrieval, workspaceId, botId, query, models, onCall }, corpus);
    const found = await ask(asked);
    const before = history.findLast((message) => message.role === 'user');
    if (found.supported || !before) return found;
    const together = await ask(`${before.content}\n${asked}`);
    const [best] = together.hits;
    return together.supported && best && continuesIn(asked, best) ? together : found;
  }

  async #end(asked: Asked, draft: AnswerDraft, status: 'complete' | 'aborted'): Promise<TurnEvent> {
    try {
      const answer = await this.keepAnswer.execute(asked, draft, status);
      const question = { message: asked.turn.question, citations: [], feedback: null };
      return { type: 'completed', question, answer };
    } catch (error) {
      return this.#failureOf(draft, error);
    }
  }

  async #fail(asked: Asked, draft: AnswerDraft, cause: unknown): Promise<TurnEvent> {
    const failure = this.#failureOf(draft, cause);
    const { code, message } = failure.error;
    try {
      await this.keepAnswer.execute(asked, draft, 'error', { code, message });
    } catch (error) {
      this.#logger.error({ err: error }, 'A failed answer could not be kept');
    }
    return failure;
  }

  #failureOf({ model: asked }: AnswerDraft, cause: unknown): TurnFailure {
    const model = asked ?? null;
    const known = isDatabaseAway(cause) ? new Unavailable() : cause;
    if (known instanceof DomainError) {
      const retryable =
        known instanceof ProviderFailure ? known.retryable : known.kind !== 'payment_required';
      return { type: 'failed', model, error: { code: known.code, message: known.message, retryable }, cause };
    }
    this.#logger.error({ err: cause }, 'An answer failed unexpectedly');
    const { code, message } = new UnexpectedFailure();
    return { type: 'failed', model, error: { code, message, retryable: true }, cause };
  }
}

/** Failures that no one has a name for. */
class UnexpectedFailure extends DomainError {
  constructor() {
    super({ code: 'internal', kind: 'unavailable' }, 'Something went wrong on our side.');
  }
}

async function known({ bot, ...others }: Omit<Known, 'bot'> & { bot: BotSettings | null }): Promise<Known> {
  if (!bot) throw new BotNotFound();
  return { bot, ...others };
}

function isSaid(message: EarlierMessage): boolean {
  return message.content !== '' && message.role !== 'tool';
}
