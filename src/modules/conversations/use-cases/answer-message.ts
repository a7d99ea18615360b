import { Injectable, Logger } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { isDatabaseAway, newId } from '#common/database';
import { DomainError, Unavailable } from '#common/errors';
import { EventOutbox } from '#common/events';
import { bestQuote } from '#common/text';
import { type BotSettings, BotsService } from '#modules/bots';
import {
  RetrievalService,
  type SearchableCorpus,
  type SearchHit,
  type SearchResult,
} from '#modules/datasources';
import { ChatModels, type ChatStream, costOf, ProviderFailure } from '#modules/providers';
import { CitationFilter, citedClaims } from '../citation-filter.js';
import { continuesIn } from '../follow-up.js';
import { messageAnswered } from '../conversations.events.js';
import type { AnswerFacts, Message } from '../entities/message.entity.js';
import { MessageCitation } from '../entities/message-citation.entity.js';
import type { EarlierMessage } from '../turns.repository.js';
import { type Turn, TurnsService } from '../turns.service.js';
import type { MessageView, TurnEvent, TurnFailure } from '../messages.types.js';

/** A question on its way to an answer. */
interface Asked {
  readonly actor: Actor;
  readonly turn: Turn;
  readonly answerId: string;
  /** By the clock that nobody sets. */
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
    private readonly abilities: Abilities,
    private readonly bots: BotsService,
    private readonly retrieval: RetrievalService,
    private readonly models: ChatModels,
    private readonly turns: TurnsService,
    private readonly outbox: EventOutbox,
  ) {}

  /**
   * Answers `content` in a conversation that the actor may take part in.
   *
   * Fails before `started` with an ordinary error; after it never throws: a failure is the event `failed`, and the
   * question and what was produced are kept. When `gone` aborts, the model is stopped and the answer kept as `aborted`.
   * @throws ConversationNotFound, ConversationBusy
   */
  async *execute(
    actor: Actor,
    conversationId: string,
    content: string,
    gone: AbortSignal,
  ): AsyncGenerator<TurnEvent> {
    const startedAt = performance.now();
    this.abilities.assertCan(actor, 'read', 'Bot');
    const visible = this.abilities.visibleTo(actor, 'chat', 'Conversation');
    const { workspaceId } = actor;
    const turn = await this.turns.begin({ workspaceId, conversationId, content, visible }, gone);
    try {
      const asked = { actor, turn, startedAt, answerId: newId() };
      yield {
        ...{ type: 'started', botId: turn.botId },
        ...{ messageId: asked.answerId, userMessageId: turn.question.id },
      };
      yield* this.#answer(asked, gone);
    } finally {
      turn.leave();
    }
  }

  async *#answer(asked: Asked, gone: AbortSignal): AsyncGenerator<TurnEvent> {
    const draft: Draft = { text: '' };
    try {
      yield* this.#speak(asked, draft, gone);
    } catch (error) {
      yield gone.aborted ? await this.#end(asked, draft, 'aborted') : await this.#fail(asked, draft, error);
      return;
    }
    yield await this.#end(asked, draft, 'complete');
  }

  async *#speak(asked: Asked, draft: Draft, gone: AbortSignal): AsyncGenerator<TurnEvent> {
    const { actor, turn } = asked;
    const { workspaceId } = turn.question;
    const [bot, corpus] = await Promise.all([
      this.bots.getSettings(actor, turn.botId),
      this.retrieval.corpusOf({ workspaceId, botId: turn.botId }),
    ]);
    draft.found = await this.#search(bot, corpus, turn);
    gone.throwIfAborted();
    const { fallbacks = [], temperature, maxOutputTokens, ...model } = bot.model;
    draft.stream = this.models.stream(
      model,
      {
        instructions: bot.instructions,
        messages: [...turn.history.filter(isSaid), turn.question].map(({ role, content }) => ({
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
  async #search(
    { id: botId, workspaceId, retrieval }: BotSettings,
    corpus: SearchableCorpus,
    { question, history }: Turn,
  ): Promise<SearchResult> {
    const { topK, minScore } = retrieval;
    const ask = (query: string): Promise<SearchResult> =>
      this.retrieval.search({ workspaceId, botId, query, topK, minScore }, corpus);
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
        draft.firstTokenMs ??= msSince(startedAt);
        yield* say(draft, filter.push(event.text));
      }
    }
    yield* say(draft, filter.end());
  }

  async #end(asked: Asked, draft: Draft, status: 'complete' | 'aborted'): Promise<TurnEvent> {
    try {
      const answer = await this.#keep(asked, draft, status);
      const question = { message: asked.turn.question, citations: [], feedback: null };
      return { type: 'completed', question, answer };
    } catch (error) {
      return this.#failureOf(draft, error);
    }
  }

  async #fail(asked: Asked, draft: Draft, cause: unknown): Promise<TurnEvent> {
    const failure = this.#failureOf(draft, cause);
    const { code, message } = failure.error;
    try {
      await this.#keep(asked, draft, 'error', { code, message });
    } catch (error) {
      this.#logger.error({ err: error }, 'A failed answer could not be kept');
    }
    return failure;
  }

  #failureOf({ stream }: Draft, cause: unknown): TurnFailure {
    const model = stream ? { provider: stream.model.provider, name: stream.model.name } : null;
    const known = isDatabaseAway(cause) ? new Unavailable() : cause;
    if (known instanceof DomainError) {
      const retryable = known instanceof ProviderFailure ? known.retryable : true;
      return { type: 'failed', model, error: { code: known.code, message: known.message, retryable }, cause };
    }
    this.#logger.error({ err: cause }, 'An answer failed unexpectedly');
    const { code, message } = new UnexpectedFailure();
    return { type: 'failed', model, error: { code, message, retryable: true }, cause };
  }

  async #keep(
    asked: Asked,
    draft: Draft,
    status: Message['status'],
    error?: AnswerFacts['error'],
  ): Promise<MessageView> {
    const { turn, answerId: id } = asked;
    const { workspaceId, conversationId } = turn.question;
    const citations = this.#citationsOf(asked, draft);
    const answered = status !== 'error' && citations.length > 0;
    const answer = await turn.finish({
      ...{ id, status, citations, content: draft.text },
      facts: { ...this.#factsOf(asked, draft), answered, ...(error ? { error } : {}) },
      announcement: this.outbox.publication(
        messageAnswered,
        { messageId: id, conversationId, botId: turn.botId, status, answered },
        { workspaceId, from: 'answer' },
      ),
    });
    this.outbox.published();
    return { message: answer, citations, feedback: null };
  }

  #factsOf({ startedAt }: Asked, { stream, usage, firstTokenMs }: Draft): AnswerFacts {
    const costUsd = stream && usage ? costOf(stream.model, usage) : null;
    return {
      latencyMs: msSince(startedAt),
      ...(stream ? { model: { provider: stream.model.provider, name: stream.model.name } } : {}),
      ...(stream ? { attempts: stream.failedAttempts } : {}),
      ...(usage ? { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } : {}),
      ...(costUsd === null ? {} : { costUsd }),
      ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    };
  }

  /** Only sources that were found can be cited; the filter has let through no other number. */
  #citationsOf({ turn, answerId: messageId }: Asked, draft: Draft): MessageCitation[] {
    const { workspaceId } = turn.question;
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

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

function isSaid(message: EarlierMessage): boolean {
  return message.content !== '' && message.role !== 'tool';
}

function* say(draft: Draft, text: string): Generator<TurnEvent> {
  if (text === '') return;
  draft.text += text;
  yield { type: 'delta', text };
}
