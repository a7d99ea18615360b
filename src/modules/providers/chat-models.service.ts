import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '#common/errors';
import { ChatStream, type ChatStreamProgress } from './chat-stream.js';
import { gatheredTexts } from './gathered-texts.js';
import type { ChatEvent, ChatModel, ChatRequest } from './ports/chat-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import {
  AnswerTooLong,
  ContentFiltered,
  ProviderNotConfigured,
  ProviderProtocolBroken,
  UnknownModel,
} from './providers.errors.js';
import { CHAT_PROVIDERS, type ChatProvider, type ListedModel, type ModelRef } from './providers.types.js';
import { RetryPolicy } from './retry-policy.js';

/** Far more than the longest answer that models are made for, and little enough to be kept in memory. */
const MAX_ANSWER_CHARACTERS = 600_000;

/** A question to whichever model answers it. */
export type ChatQuestion = Omit<ChatRequest, 'model'>;

/** The chat models of this installation. */
@Injectable()
export class ChatModels {
  readonly #providers: ReadonlyMap<string, ChatProvider>;

  constructor(
    @Inject(CHAT_PROVIDERS) providers: readonly ChatProvider[],
    private readonly retries: RetryPolicy,
    private readonly calls: ProviderCalls,
  ) {
    this.#providers = new Map(providers.map((provider) => [provider.provider, provider]));
  }

  /** Every model that is worth showing, configured or not. */
  list(): ListedModel[] {
    return [...this.#providers.values()].flatMap(({ provider, modelNames, model }) =>
      modelNames.map((name) => ({ provider, name, configured: model !== null })),
    );
  }

  /** The model of a bot that names none: it needs no key and costs nothing. */
  defaultModel(): ModelRef {
    return { provider: 'local', name: 'extractive' };
  }

  /** @throws UnknownModel | ProviderNotConfigured */
  assertUsable(ref: ModelRef): void {
    this.#getModel(ref);
  }

  /**
   * Asks a model, and until the first text comes also, in order, its fallbacks.
   *
   * Iterating throws the chosen model's failure when all fail, a failure in the middle as it is, and the reason of
   * `question.signal` when that aborts. Retries may add up to 20 seconds a model before the first text.
   */
  stream(
    ref: ModelRef,
    question: ChatQuestion,
    { fallbacks = [] }: { readonly fallbacks?: readonly ModelRef[] } = {},
  ): ChatStream {
    return new ChatStream(ref, (progress) => this.#answer([ref, ...fallbacks], question, progress));
  }

  async *#answer(
    refs: readonly ModelRef[],
    question: ChatQuestion,
    progress: ChatStreamProgress,
  ): AsyncGenerator<ChatEvent> {
    let firstFailure: unknown;
    for (const ref of refs) {
      progress.trying(ref);
      const begun = await this.#begin(ref, question, progress);
      if (begun.ok) {
        yield* capped(begun.events);
        return;
      }
      firstFailure ??= begun.failure;
      if (begun.failure instanceof ContentFiltered) break;
    }
    throw firstFailure;
  }

  /** Asks one model until it begins to answer or is not worth another try. */
  async #begin(ref: ModelRef, question: ChatQuestion, progress: ChatStreamProgress): Promise<Begun> {
    const tries = this.retries.begin();
    for (;;) {
      try {
        const model = this.#getModel(ref);
        const events = this.calls.chat(ref, () => model.stream({ ...question, model: ref.name }));
        return { ok: true, events: await firstText(gatheredTexts(events)) };
      } catch (failure) {
        question.signal.throwIfAborted();
        if (!(failure instanceof DomainError)) throw failure;
        progress.failed({ provider: ref.provider, name: ref.name, code: failure.code });
        if (!(await tries.again(failure, question.signal))) return { ok: false, failure };
      }
    }
  }

  #getModel({ provider: name, name: modelName }: ModelRef): ChatModel {
    const provider = this.#providers.get(name);
    const isKnown = provider?.takesOtherNames || provider?.modelNames.includes(modelName);
    if (!provider || !isKnown) throw new UnknownModel();
    if (!provider.model) throw new ProviderNotConfigured(name);
    return provider.model;
  }
}

type Begun =
  | { readonly ok: true; readonly events: AsyncIterable<ChatEvent> }
  | { readonly ok: false; readonly failure: DomainError };

/**
 * Waits until an answer has begun: with its first text, or with its end. Whatever fails until then fails here, so
 * that another model can take over unnoticed.
 */
async function firstText(events: AsyncIterable<ChatEvent>): Promise<AsyncIterable<ChatEvent>> {
  const iterator = events[Symbol.asyncIterator]();
  const first: ChatEvent[] = [];
  for (;;) {
    const next = await iterator.next();
    if (next.done) throw new ProviderProtocolBroken();
    first.push(next.value);
    if (next.value.type !== 'usage') return resumed(first, iterator);
  }
}

async function* resumed(
  first: readonly ChatEvent[],
  iterator: AsyncIterator<ChatEvent>,
): AsyncGenerator<ChatEvent> {
  try {
    yield* first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** @throws AnswerTooLong */
async function* capped(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  let characters = 0;
  for await (const event of events) {
    if (event.type === 'text') characters += event.text.length;
    if (characters > MAX_ANSWER_CHARACTERS) throw new AnswerTooLong();
    yield event;
  }
}
