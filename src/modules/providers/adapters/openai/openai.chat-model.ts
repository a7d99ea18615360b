import type { OutboundClient } from '#common/http';
import { CHAT_PATIENCE, type ChatPatience } from '../../call-clock.js';
import { type ChatApi, type ChatEvent, ChatModel, type ChatRequest } from '../../ports/chat-model.port.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { streamedAnswer } from '../shared/streamed-answer.js';
import { ChatCompletions, type LimitName } from './chat-completions.js';
import type { OpenAiApi } from './openai-api.js';
import { isOpenAiItself, openAiClient } from './openai-client.js';
import { failureFrom } from './openai-failure.js';
import { Responses } from './responses.js';

/** What servers that speak OpenAI's protocols do in different ways. */
export interface OpenAiDialect {
  /** By which they are known in a bot's `model.provider`. */
  readonly provider: string;
  /** How the longest answer is called. */
  readonly limitName: LimitName;
  /** Which interface suits a model of OpenAI itself best. Compatible servers may know Chat Completions alone. */
  readonly usualApi: (model: string) => ChatApi | undefined;
}

/** OpenAI's Responses and Chat Completions, and every server that speaks one of them. */
export class OpenAiChatModel extends ChatModel {
  readonly provider: string;
  readonly #chatCompletions: ChatCompletions;
  readonly #responses: Responses;
  readonly #usualApi: OpenAiDialect['usualApi'];

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly patience: ChatPatience = CHAT_PATIENCE,
    dialect: Partial<OpenAiDialect> = {},
  ) {
    super();
    this.provider = dialect.provider ?? 'openai';
    const client = openAiClient(account, outbound, {
      headersTimeoutMs: patience.firstTextMs,
      idleTimeoutMs: patience.betweenMs,
    });
    const isVendors = isOpenAiItself(account);
    // OpenAI's newer models refuse the old name; other servers may not know the new one.
    const usualName = isVendors ? 'max_completion_tokens' : 'max_tokens';
    this.#chatCompletions = new ChatCompletions(client, dialect.limitName ?? usualName);
    this.#responses = new Responses(client);
    this.#usualApi = (isVendors ? dialect.usualApi : undefined) ?? (() => undefined);
  }

  stream(request: ChatRequest): AsyncGenerator<ChatEvent> {
    const api = request.api ?? this.#usualApi(request.model);
    return api === 'responses'
      ? this.#ask(this.#responses, request)
      : this.#ask(this.#chatCompletions, request);
  }

  #ask<Body extends object, Piece>(
    api: OpenAiApi<Body, Piece>,
    request: ChatRequest,
  ): AsyncGenerator<ChatEvent> {
    const body = api.bodyOf(request);
    return streamedAnswer(request, this.patience, {
      open: (signal) => api.open(body, signal),
      reader: () => api.readerOf(request),
      failureFrom: (thrown) => failureFrom(thrown, Object.keys(body)),
    });
  }
}
