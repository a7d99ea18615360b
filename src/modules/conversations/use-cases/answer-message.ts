import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '#common/access';
import { newId, UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import { EventOutbox } from '#common/events';
import { bestQuote } from '#common/text';
import { Clock } from '#common/time';
import { type Bot, BotsService } from '#modules/bots';
import { RetrievalService, type SearchHit, type SearchResult } from '#modules/datasources';
import { ChatModels, type ChatStream, costOf, ProviderFailure } from '#modules/providers';
import { CitationFilter, citedClaims } from '../citation-filter.js';
import { continuesIn } from '../follow-up.js';
import { messageAnswered } from '../conversations.events.js';
import type { Conversation } from '../entities/conversation.entity.js';
import { type AnswerFacts, Message } from '../entities/message.entity.js';
import { MessageCitation } from '../entities/message-citation.entity.js';
import { MessagesRepository } from '../messages.repository.js';
import { TurnsService } from '../turns.service.js';
import type { MessageView, TurnEvent } from '../messages.types.js';

const REMEMBERED_MESSAGES = 40;

/** A question on its way to an answer. */
interface Asked {
  readonly bot: Bot;
  readonly conversation: Conversation;
  readonly turnId: string;
  readonly question: Message;
  readonly answerId: string;
  readonly history: readonly Message[];
  readonly startedAt: number;
}

/** What has come of an answer so far. Changes while the model speaks. */
interface Draft {
  text: string;
  firstTokenMs?: number;
  usage?: { readonly inputTokens: number; readonly outputTokens: number };
  found?: SearchResult;
  stream?: ChatStream;
}

/** One turn: keeps the question, finds passages, lets the model answer and keeps what it said, whatever happens. */
@Injectable()
export class AnswerMessage {
  readonly #logger = new Logger(AnswerMessage.name);

  constructor(
    private readonly bots: BotsService,
    private readonly retrieval: RetrievalService,
    private readonly models: ChatModels,
    private readonly messages: MessagesRepository,
    private readonly turns: TurnsService,
    private readonly outbox: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers `content` in a conversation that the actor may take part in.
   *
   * Fails before `started` with an ordinary error; after it never throws: a failure is the event `failed`, and the
   * question and what was produced are kept. When `gone` aborts, the model is stopped and the answer kept as `aborted`.
   */
  async *execute(
    actor: Actor,
    conversation: Conversation,
    content: string,
    gone: AbortSignal,
  ): AsyncGenerator<TurnEvent> {
    const bot = await this.bots.get(actor, conversation.botId);
    const turn = await this.turns.take(conversation, gone);
    try {
      const asked = await this.#ask(bot, conversation, turn.id, content);
      yield { type: 'started', messageId: asked.answerId, userMessageId: asked.question.id };
      yield* this.#answer(asked, gone);
    } finally {
      await turn.release();
    }
  }

  async #ask(bot: Bot, conversation: Conversation, turnId: string, content: string): Promise<Asked> {
    const startedAt = this.clock.now().getTime();
    const history = await this.messages.history(conversation.id, REMEMBERED_MESSAGES);
    const question = await this.unitOfWork.run(async () => {
      const position = await this.messages.nextPosition(conversation);
      const { workspaceId, id: conversationId } = conversation;
      const message = new Message({
        ...{ workspaceId, conversationId, turnId, position },
        ...{ role: 'user', content, status: 'complete' },
      });
      await this.messages.add(message);
      return message;
    });
    return { bot, conversation, turnId, question, history, startedAt, answerId: newId() };
  }

  async *#answer(asked: Asked, gone: AbortSignal): AsyncGenerator<TurnEvent> {
    const draft: Draft = { text: '' };
    try {
      yield* this.#speak(asked, draft, gone);
    } catch (error) {
      if (gone.aborted) yield await this.#keep(asked, draft, 'aborted');
      else yield await this.#keepFailed(asked, draft, error);
      return;
    }
    yield await this.#keep(asked, draft, 'complete');
  }

  async *#speak(asked: Asked, draft: Draft, gone: AbortSignal): AsyncGenerator<TurnEvent> {
    const { bot, question, history } = asked;
    draft.found = await this.#search(asked);
    gone.throwIfAborted();
    const { fallbacks = [], temperature, maxOutputTokens, ...model } = bot.model;
    draft.stream = this.models.stream(
      model,
      {
        instructions: bot.instructions,
        messages: [...history.filter(isSaid), question].map(({ role, content }) => ({
          role: role === 'user' ? 'user' : 'assistant',
          content,
        })),
        sources: draft.found.hits.map(({ title, url, text, score }, position) => ({
          ...{ index: position + 1, title, text, score },
          ...(url ? { url } : {}),
        })),
        supported: draft.found.supported,
        temperature,
        maxOutputTokens,
        signal: gone,
      },
      { fallbacks },
    );
    yield* this.#deltas(asked, draft, draft.stream);
  }

  /** A follow-up such as "And how much is it?" is looked for once more together with the question before it. */
  async #search({ bot, conversation: { workspaceId }, question, history }: Asked): Promise<SearchResult> {
    const { topK, minScore } = bot.retrieval;
    const ask = (query: string): Promise<SearchResult> =>
      this.retrieval.search({ workspaceId, botId: bot.id, query, topK, minScore });
    const found = await ask(question.content);
    const before = history.findLast((message) => message.role === 'user');
    if (found.supported || !before) return found;
    const together = await ask(`${before.content}\n${question.content}`);
    const [best] = together.hits;
    return together.supported && best && continuesIn(question.content, best) ? together : found;
  }

  async *#deltas({ startedAt }: Asked, draft: Draft, stream: ChatStream): AsyncGenerator<TurnEvent> {
    const filter = new CitationFilter(draft.found?.hits.length ?? 0);
    for await (const event of stream) {
      if (event.type === 'usage') draft.usage = event;
      if (event.type === 'text') {
        draft.firstTokenMs ??= this.clock.now().getTime() - startedAt;
        yield* say(draft, filter.push(event.text));
      }
    }
    yield* say(draft, filter.end());
  }

  async #keepFailed(asked: Asked, draft: Draft, cause: unknown): Promise<TurnEvent> {
    if (!(cause instanceof DomainError)) this.#logger.error({ err: cause }, 'An answer failed unexpectedly');
    const known = cause instanceof DomainError ? cause : new UnexpectedFailure();
    const error = { code: known.code, message: known.message };
    const kept = await this.#keep(asked, draft, 'error', error);
    const retryable = cause instanceof ProviderFailure ? cause.retryable : true;
    return { ...kept, type: 'failed', error: { ...error, retryable }, cause };
  }

  async #keep(
    asked: Asked,
    draft: Draft,
    status: Message['status'],
    error?: AnswerFacts['error'],
  ): Promise<{ type: 'completed'; question: MessageView; answer: MessageView }> {
    const { conversation, turnId, answerId: id, bot } = asked;
    const { workspaceId, id: conversationId } = conversation;
    const citations = this.#citationsOf(asked, draft);
    const answered = status !== 'error' && citations.length > 0;
    const answer = await this.unitOfWork.run(async () => {
      const position = await this.messages.nextPosition(conversation);
      const message = new Message(
        { workspaceId, conversationId, turnId, position, role: 'assistant', content: draft.text, status },
        { ...this.#factsOf(asked, draft), answered, ...(error ? { error } : {}) },
        id,
      );
      await this.messages.add(message, citations);
      await this.outbox.publish(
        messageAnswered,
        { messageId: id, conversationId, botId: bot.id, status, answered },
        { workspaceId },
      );
      return message;
    });
    return {
      type: 'completed',
      question: { message: asked.question, citations: [], feedback: null },
      answer: { message: answer, citations, feedback: null },
    };
  }

  #factsOf({ startedAt }: Asked, { stream, usage, firstTokenMs }: Draft): AnswerFacts {
    const costUsd = stream && usage ? costOf(stream.model, usage) : null;
    return {
      latencyMs: this.clock.now().getTime() - startedAt,
      ...(stream ? { model: { provider: stream.model.provider, name: stream.model.name } } : {}),
      ...(stream ? { attempts: stream.failedAttempts } : {}),
      ...(usage ? { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } : {}),
      ...(costUsd === null ? {} : { costUsd }),
      ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    };
  }

  /** Only sources that were found can be cited; the filter has let through no other number. */
  #citationsOf(
    { conversation: { workspaceId }, answerId: messageId }: Asked,
    draft: Draft,
  ): MessageCitation[] {
    return citedClaims(draft.text).flatMap(({ index, claim }) => {
      const hit: SearchHit | undefined = draft.found?.hits[index - 1];
      if (!hit) return [];
      const { chunkId, documentId, datasourceId, title, url, text } = hit;
      const source = { chunkId, documentId, datasourceId, title, ...(url ? { url } : {}) };
      return [
        new MessageCitation({ workspaceId, messageId, index, ...source, quote: bestQuote(claim, text) }),
      ];
    });
  }
}

/** Failures that no one has a name for. */
class UnexpectedFailure extends DomainError {
  constructor() {
    super('internal', 'unavailable', 'Something went wrong on our side.');
  }
}

function isSaid(message: Message): boolean {
  return message.content !== '' && message.role !== 'tool';
}

function* say(draft: Draft, text: string): Generator<TurnEvent> {
  if (text === '') return;
  draft.text += text;
  yield { type: 'delta', text };
}
